import { backoffMs, type Backoff } from '../domain/kubernetes/backoff.ts';
import { aborted, type Clock } from '../kubernetes/clock.ts';
import type { PartHealth } from '../telemetry/health.ts';
import { describeError, type Logger } from '../telemetry/logger.ts';

/** Something that the process cannot work without, and that may come later than the process. */
export interface Need<T extends object> {
  /** Its name in `/readyz`. */
  readonly part: string;
  /** What is being done, for as long as nothing has failed. */
  readonly detail: string;
  /** @throws where it is not there: the message says what is missing and what to do, the cause is what was seen */
  readonly get: () => Promise<T>;
}

export interface ObtainContext {
  /** Served by `/readyz`. */
  readonly parts: Record<string, () => PartHealth>;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Somebody may be watching while they correct it. */
const RETRY: Backoff = { baseMs: 1_000, maxMs: 10_000, jitter: 0.2 };

/**
 * Tries until it is there, alive and not ready meanwhile: a process that ended would only be started again and again. `/readyz` says
 * what is missing, and the log says it once.
 * @returns undefined when the process is to stop
 */
export async function obtain<T extends object>(
  { part, detail, get }: Need<T>,
  { parts, logger, clock }: ObtainContext,
  stopped: AbortSignal,
): Promise<T | undefined> {
  const stop = aborted(stopped).then(() => undefined);
  let told: string | undefined;
  parts[part] = () => ({ ready: false, detail });
  for (let failures = 1; !stopped.aborted; failures += 1) {
    try {
      const found = await Promise.race([get(), stop]);
      if (found === undefined) break;
      if (told !== undefined) logger.info({ part }, 'What this process waited for is there');
      delete parts[part];
      return found;
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      const seen =
        error instanceof Error && error.cause !== undefined ? describeError(error.cause) : undefined;
      parts[part] = () => ({ ready: false, detail: seen === undefined ? fault : `${fault} (${seen})` });
      const fields = { part, ...(seen !== undefined && { error: seen }) };
      if (fault === told) logger.debug(fields, fault);
      else logger.warn(fields, fault);
      told = fault;
      await clock.sleep(backoffMs(RETRY, failures, clock.random()), stopped);
    }
  }
  return undefined;
}
