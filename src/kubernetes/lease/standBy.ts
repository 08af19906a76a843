import type { Clock } from '../clock.ts';
import type { LeaseRecord, LeaseStore } from './leaseStore.ts';
import { isRefused } from '../client/errors.ts';

export interface StandByOptions {
  readonly store: Pick<LeaseStore, 'follow'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** How often to look at what costs no request, and at the lease itself where it cannot be followed. Milliseconds. */
  readonly lookMs: number;
  /** Told of every change. */
  readonly note: (record: LeaseRecord | undefined) => void;
  /** The lease as it was noted last; undefined: unknown, or there is none. */
  readonly version: () => string | undefined;
  /** Is the lease another's for now, and is there nothing else to do? */
  readonly isWaiting: () => boolean;
  /** Told once that the lease may not be followed, and once, without an error, that it may again. */
  readonly onRefused: (error: unknown) => void;
}

/** After a refusal a watch is asked for again only this much later: a right may come with an upgrade. */
const REFUSED_MS = 300_000;

/**
 * Waits until the lease may be free, or may be looked at again. A lease is renewed often and freed seldom, so that a watch tells at
 * once what polling would ask for thousands of times an hour; without the right to watch it is polled.
 */
export function createStandBy(options: StandByOptions): (stopped: AbortSignal) => Promise<void> {
  const { store, clock, lookMs, note, version, isWaiting, onRefused } = options;
  let refusedUntil = Number.NEGATIVE_INFINITY;

  /** Resolves when the watch says that the wait may be over, and when it has ended. */
  async function follow(from: string, signal: AbortSignal): Promise<void> {
    try {
      const records = (await store.follow?.(from, signal)) ?? [];
      if (refusedUntil !== Number.NEGATIVE_INFINITY) onRefused(undefined);
      refusedUntil = Number.NEGATIVE_INFINITY;
      for await (const record of records) {
        note(record);
        if (!isWaiting()) return;
      }
    } catch (error) {
      if (isRefused(error)) {
        if (refusedUntil === Number.NEGATIVE_INFINITY) onRefused(error);
        refusedUntil = clock.now() + REFUSED_MS;
      }
    }
    if (!signal.aborted) await clock.sleep(lookMs, signal);
  }

  return async (stopped) => {
    const from = version();
    if (store.follow === undefined || from === undefined || !isWaiting() || clock.now() < refusedUntil) {
      await clock.sleep(lookMs, stopped);
      return;
    }
    const over = new AbortController();
    const signal = AbortSignal.any([stopped, over.signal]);
    const expire = async (): Promise<void> => {
      while (!signal.aborted && isWaiting()) await clock.sleep(lookMs, signal);
    };
    await Promise.race([follow(from, signal), expire()]);
    over.abort();
  };
}
