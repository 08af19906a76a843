import type { LeaseClock } from '../../../src/kubernetes/lease/leaderElector.ts';
import type { LeaseRecord, LeaseStore } from '../../../src/kubernetes/lease/leaseStore.ts';

/** A lease that the API server guards by versions, and the ways to it, each of which can be cut. */
export class MemoryLease {
  record: LeaseRecord | undefined;
  /** Every holder that was written, in order. */
  readonly holders: string[] = [];
  /** Of those that were asked of a `watchedStore`, each watch counted once. */
  requests = 0;
  readonly #followers = new Set<() => void>();
  readonly #clock: Pick<LeaseClock, 'now'> | undefined;
  #version = 0;
  #writtenAt = 0;

  /** @param clock of the API server, which tells how old a lease is. Default: it does not tell */
  constructor(clock?: Pick<LeaseClock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * @param isCut judged before each request goes out and again before its answer comes back
   * @param aheadMs by how much the API server that answers is ahead of the one that was written to
   */
  store(isCut: () => boolean = () => false, aheadMs = 0): LeaseStore {
    const answered = async <T>(answer: () => T): Promise<T> => {
      if (isCut()) throw new Error('connect ECONNREFUSED');
      const value = answer();
      await Promise.resolve();
      if (isCut()) throw new Error('the answer was lost');
      return value;
    };
    return {
      read: async () =>
        answered(() => {
          const now = this.#clock?.now();
          const unchangedMs = now === undefined ? undefined : now + aheadMs - this.#writtenAt;
          return this.record && { ...this.record, unchangedMs };
        }),
      write: async (over, holder, durationMs) =>
        answered(() => {
          if (over?.version !== this.record?.version) return undefined;
          this.#version += 1;
          if (holder !== this.record?.holder) this.holders.push(holder);
          this.#writtenAt = this.#clock?.now() ?? 0;
          this.record = { holder, durationMs, version: String(this.#version), object: {} };
          for (const tell of this.#followers) tell();
          return this.record;
        }),
    };
  }

  /** As `store`, with a watch. */
  watchedStore(isCut: () => boolean = () => false): LeaseStore {
    const store = this.store(isCut);
    const counted = async <T>(answer: Promise<T>): Promise<T> => {
      this.requests += 1;
      return answer;
    };
    return {
      read: () => counted(store.read()),
      write: (over, holder, durationMs) => counted(store.write(over, holder, durationMs)),
      follow: async (version, signal) => {
        await counted(store.read());
        return this.#changesAfter(version, signal);
      },
    };
  }

  async *#changesAfter(version: string, signal: AbortSignal): AsyncGenerator<LeaseRecord | undefined> {
    let told = version;
    while (!signal.aborted) {
      if (this.record?.version !== told) {
        told = this.record?.version ?? '';
        yield this.record;
        continue;
      }
      await new Promise<void>((resolve) => {
        this.#followers.add(resolve);
        signal.addEventListener('abort', () => resolve());
      });
      this.#followers.clear();
    }
  }
}

/** Time that passes in small steps, with everything that is due done in between. */
export interface SteppedClock extends LeaseClock {
  pass(ms: number): Promise<void>;
}

export function steppedClock(): SteppedClock {
  const STEP_MS = 50;
  let now = 1_000;
  let waits: { readonly until: number; readonly end: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wait = { until: now + ms, end: resolve };
        waits.push(wait);
        signal.addEventListener('abort', () => {
          waits = waits.filter((one) => one !== wait);
          resolve();
        });
      }),
    async pass(ms) {
      for (const end = now + ms; now < end;) {
        now += STEP_MS;
        const due = waits.filter(({ until }) => until <= now);
        waits = waits.filter(({ until }) => until > now);
        for (const wait of due) wait.end();
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    },
  };
}
