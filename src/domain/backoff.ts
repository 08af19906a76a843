const FIRST_MS = 1_000;
const CAP_MS = 60_000;
/** A rejected API is asked for again this rarely: the gateway's rules may have changed without anyone telling. */
export const REJECTED_RETRY_MS = 30 * 60_000;

/**
 * Waiting time before the next try of a gateway that does not answer: doubling from 1 s, capped at 60 s, with up to 20 % taken
 * off at random so that a thousand waiting APIs do not come back in one moment. A Retry-After is a lower bound.
 * @param failures tries that failed in a row, at least 1
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, random: number, retryAfterMs = 0): number {
  const doubled = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16));
  return Math.max(retryAfterMs, Math.round(doubled * (1 - 0.2 * random)));
}
