/** Milliseconds. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Full jitter: anything from 0 to the exponential limit, so that many who failed together do not return together.
 * `attempt` counts from 1.
 */
export function backoffMs({ baseMs, maxMs }: Backoff, attempt: number, random: number): number {
  return Math.round(random * Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30)));
}
