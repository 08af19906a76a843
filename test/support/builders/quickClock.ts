import type { Clock } from '../../../src/kubernetes/clock.ts';

export interface QuickClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[];
}

/** Time in which every wait is over at once, and chance without surprises. */
export function quickClock(random = 0.5): QuickClock {
  const waits: number[] = [];
  let now = 1_000_000;
  return {
    waits,
    now: () => now,
    random: () => random,
    async sleep(ms) {
      waits.push(ms);
      now += ms;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}

export interface HeldClock extends Clock {
  /** Waits that are not over yet, in milliseconds. */
  readonly pending: () => readonly number[];
  /** Ends all waits that are due by then. */
  advance(ms: number): void;
}

/** Time that passes only when the test says so. */
export function heldClock(random = 0.5): HeldClock {
  let now = 1_000_000;
  let held: { readonly until: number; readonly end: () => void }[] = [];
  return {
    now: () => now,
    random: () => random,
    pending: () => held.map(({ until }) => until - now),
    advance(ms) {
      now += ms;
      const due = held.filter(({ until }) => until <= now);
      held = held.filter(({ until }) => until > now);
      for (const { end } of due) end();
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wait = { until: now + ms, end: resolve };
        held.push(wait);
        signal.addEventListener('abort', () => {
          held = held.filter((one) => one !== wait);
          resolve();
        });
      }),
  };
}
