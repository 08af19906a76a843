import { aborted, type Clock } from '../../kubernetes/clock.ts';

export interface Patience {
  /** For all tries together. */
  readonly timeoutMs: number;
  /** Between two tries. Default: 1 s. */
  readonly everyMs?: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Which errors no later try mends: they are thrown at once. Default: none. */
  readonly isFinal?: (error: unknown) => boolean;
  /** What is thrown when the time is over. `last` is the error of the last try, undefined where it just was not done yet. */
  readonly late: (last: unknown) => Error;
}

/**
 * Tries until there is a result. A try that hangs is left alone when the time is over.
 * @param attempt undefined: not yet
 */
export async function keepTrying<T extends object>(
  attempt: () => Promise<T | undefined>,
  { timeoutMs, everyMs = 1_000, clock, isFinal = () => false, late }: Patience,
): Promise<T> {
  const until = clock.now() + timeoutMs;
  const isOver = AbortSignal.timeout(timeoutMs);
  const over = aborted(isOver).then(() => undefined);
  let last: unknown;
  while (clock.now() < until && !isOver.aborted) {
    try {
      const found = await Promise.race([attempt(), over]);
      if (found !== undefined) return found;
      if (!isOver.aborted) last = undefined;
    } catch (error) {
      if (isFinal(error)) throw error;
      last = error;
    }
    await clock.sleep(everyMs, isOver);
  }
  throw late(last);
}

/** For messages: `60 s`. */
export function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
