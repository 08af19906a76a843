import type { Clock } from '../kubernetes/clock.ts';
import { describeError, type Logger } from '../telemetry/logger.ts';

export interface SearchAttributesOptions {
  /** Those of ours that the server does not know. Rejects where it does not say. */
  readonly missing: () => Promise<readonly string[]>;
  /** How often it is asked. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Whether workflows may use our search attributes: a server that does not know one refuses the whole workflow task. */
export interface SearchAttributes {
  areKnown(): boolean;
  /** Asks once; without an answer, none are used. */
  look(): Promise<void>;
  /** Asks again after each interval. */
  run(signal: AbortSignal): Promise<void>;
}

/** One call that fails must not cost the columns of Temporal's UI until a restart, so the last answer counts until there is another. */
export function createSearchAttributes({
  missing,
  intervalMs,
  clock,
  logger,
}: SearchAttributesOptions): SearchAttributes {
  let last = 'none';

  function note(names: readonly string[]): void {
    const now = names.join(', ');
    if (now === last) return;
    if (now !== '')
      logger.warn(
        { missing: names },
        "Temporal lacks search attributes, so its UI's columns stay empty: run `apig-orchestrator setup`; they are used from the next resync on",
      );
    else if (last !== 'none') logger.info({}, 'Temporal knows the search attributes now, and they are used');
    last = now;
  }

  async function look(): Promise<void> {
    try {
      note(await missing());
    } catch (error) {
      logger.warn(
        { error: describeError(error) },
        'Temporal does not say which search attributes it knows; it is asked again at the next resync',
      );
    }
  }

  return {
    areKnown: () => last === '',
    look,
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(intervalMs, signal);
        if (!signal.aborted) await look();
      }
    },
  };
}
