/** How long to wait after failures in a row. */
export interface Backoff {
  /** After the first, in milliseconds. */
  readonly baseMs: number;
  /** At most, in milliseconds. */
  readonly maxMs: number;
  /** The share of the time that chance may take off, from 0 to 1, so that many who failed together do not return together. */
  readonly jitter: number;
}

/** For watches and for writes that others hold up: anything down to no wait at all. */
export const FULL_JITTER = 1;

/**
 * Doubles with every failure, up to the most.
 * @param failures in a row, at least 1
 * @param random in [0, 1)
 */
export function backoffMs({ baseMs, maxMs, jitter }: Backoff, failures: number, random: number): number {
  const doubled = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(doubled * (1 - jitter * random));
}
