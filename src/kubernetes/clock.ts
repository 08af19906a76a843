/** Time and chance, injected so that tests own them. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Resolves after the time, or at once when the signal is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const timer = setTimeout(end, ms);
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      }
      signal.addEventListener('abort', end);
    }),
};

/** As the system's, for what must not be moved by a clock that is set: its milliseconds never jump, and begin anywhere. */
export const steadyClock: Clock = { ...systemClock, now: () => performance.now() };

/** Resolves once the signal is aborted, at once where it is already. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Does it at once and then again and again, each time so many milliseconds after the one before has ended. */
export async function every(
  clock: Pick<Clock, 'sleep'>,
  ms: number,
  stopped: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  while (!stopped.aborted) {
    await action();
    await clock.sleep(ms, stopped);
  }
}
