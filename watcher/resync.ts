import { describeError, type Logger } from '../src/telemetry/logger.ts';
import type { Clock } from '../src/kubernetes/clock.ts';

export interface ResyncOptions {
  readonly intervalMs: number;
  /** Looks at everything anew; resolves when it has been seen. */
  readonly relist: () => Promise<void>;
  readonly sweep: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The safety net under the watches: now and then everything is compared again, and what was missed is found. */
export async function runResync(options: ResyncOptions, signal: AbortSignal): Promise<void> {
  const { intervalMs, relist, sweep, clock, logger } = options;
  while (!signal.aborted) {
    // Up to a tenth later, so that several watchers do not list at one time.
    await clock.sleep(Math.round(intervalMs * (1 + clock.random() / 10)), signal);
    if (signal.aborted) return;
    // A kind that may no longer be listed must not keep what has gone from being found.
    for (const step of [relist, sweep]) {
      try {
        await step();
      } catch (error) {
        logger.warn(
          { error: describeError(error) },
          'A resync was not completed; the next one does it again',
        );
      }
    }
  }
}
