/** Who has asked for a list, and which list answers whom. */
export interface RelistRequests {
  /** Resolves after the next list that was begun after the call; rejects where that is refused. */
  add(): Promise<void>;
  /** Aborted while somebody waits for a list that has not begun. */
  wanted(): AbortSignal;
  /** A list begins: it answers those who have asked so far. */
  begin(): ListAnswer;
  /** There will be no more lists, or nothing to list. */
  resolveAll(): void;
}

export interface ListAnswer {
  done(): void;
  /** @param isFinal another try would end in the same way; otherwise the next list answers */
  failed(error: unknown, isFinal: boolean): void;
}

type Waiting = Pick<PromiseWithResolvers<void>, 'resolve' | 'reject'>;

export function createRelistRequests(): RelistRequests {
  let waiting: Waiting[] = [];
  let wanted = new AbortController();

  return {
    add() {
      const asked = Promise.withResolvers<void>();
      waiting.push(asked);
      wanted.abort();
      return asked.promise;
    },
    wanted: () => wanted.signal,
    begin() {
      const answered = waiting;
      waiting = [];
      wanted = new AbortController();
      return {
        done: () => answered.forEach(({ resolve }) => resolve()),
        failed(error, isFinal) {
          if (isFinal) answered.forEach(({ reject }) => reject(error));
          else waiting.push(...answered);
        },
      };
    },
    resolveAll() {
      wanted = new AbortController();
      for (const { resolve } of waiting.splice(0)) resolve();
    },
  };
}
