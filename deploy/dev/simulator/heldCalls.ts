/** Which of the held calls are meant; empty: all. */
export interface HeldFilter {
  readonly name?: string | undefined;
  readonly seq?: number | undefined;
}

/** Why a call is held no longer. */
export type HoldEnd = 'released' | 'cancelled';

interface HeldCall {
  readonly seq: number;
  readonly name: string;
  readonly onEnd: (end: HoldEnd) => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Calls that wait for a release, for a time to pass, or for their caller to give up. */
export class HeldCalls {
  readonly #held = new Map<number, HeldCall>();

  /** Calls `onEnd` once: when told to release, after `afterMs` if given, or when all are cancelled. */
  hold(
    call: { readonly seq: number; readonly name: string },
    onEnd: (end: HoldEnd) => void,
    afterMs?: number,
  ): void {
    const timer =
      afterMs === undefined ? undefined : setTimeout(() => this.release({ seq: call.seq }), afterMs);
    this.#held.set(call.seq, { seq: call.seq, name: call.name, onEnd, timer });
  }

  /** Forgets a call: nobody waits for it any more. */
  drop(seq: number): void {
    clearTimeout(this.#held.get(seq)?.timer);
    this.#held.delete(seq);
  }

  /** How many calls were released, in the order in which they came in. */
  release(filter: HeldFilter = {}): number {
    const chosen = [...this.#held.values()].filter(
      (call) => (filter.name ?? call.name) === call.name && (filter.seq ?? call.seq) === call.seq,
    );
    for (const call of chosen) {
      this.drop(call.seq);
      call.onEnd('released');
    }
    return chosen.length;
  }

  list(): { readonly seq: number; readonly name: string }[] {
    return [...this.#held.values()].map(({ seq, name }) => ({ seq, name }));
  }

  cancelAll(): void {
    for (const call of this.#held.values()) {
      this.drop(call.seq);
      call.onEnd('cancelled');
    }
  }
}
