import { systemClock, type Clock } from '../clock.ts';
import { backoffMs, FULL_JITTER, type Backoff } from '../../domain/kubernetes/backoff.ts';
import { isConflict } from './errors.ts';

export interface ConflictOptions {
  /** After so many conflicts the next one is thrown. Default 20: other writers of one status are as many as a Component has APIs. */
  readonly maxConflicts?: number;
  /** Which errors say that somebody else was faster. Default: 409. */
  readonly isConflict?: (error: unknown) => boolean;
  readonly clock?: Pick<Clock, 'random' | 'sleep'>;
}

const MAX_CONFLICTS = 20;
/** From the second conflict on: many who met at one object must not meet again at once. */
const PAUSE: Backoff = { baseMs: 20, maxMs: 500, jitter: FULL_JITTER };

/**
 * Reads, changes, writes, and does it again where somebody else wrote in between: at once after the first conflict, then after a
 * growing pause.
 * @param attempt one whole read, decision and write; told how many conflicts there were before, so that the first may build on what
 *   is known and the next ones read live
 * @throws what `attempt` throws beside conflicts, and the conflict after `maxConflicts`
 */
export async function updateOnConflict<T>(
  attempt: (conflicts: number) => Promise<T>,
  options: ConflictOptions = {},
): Promise<T> {
  const { maxConflicts = MAX_CONFLICTS, clock = systemClock } = options;
  const isFaster = options.isConflict ?? isConflict;
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      return await attempt(conflicts);
    } catch (error) {
      if (!isFaster(error) || conflicts >= maxConflicts) throw error;
    }
    if (conflicts > 0) await clock.sleep(backoffMs(PAUSE, conflicts, clock.random()), NEVER);
  }
}

const NEVER = new AbortController().signal;
