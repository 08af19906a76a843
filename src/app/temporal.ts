import { Connection } from '@temporalio/client';
import { backoffMs } from '../domain/registration/retry.ts';
import { loadTemporalConfig } from '../config/temporal.ts';
import type { Logger } from '../telemetry/logger.ts';
import { SEARCH_ATTRIBUTES } from '../domain/kubernetes/names.ts';
import { describeError } from '../telemetry/errorMessage.ts';

/** Waits for Temporal: an operator that starts before its server is ready is an ordinary morning. */
export async function connectTemporal(logger: Logger, stopped: AbortSignal): Promise<Connection> {
  const { connection } = loadTemporalConfig();
  const address = connection.address ?? 'localhost:7233';
  for (let failures = 1; ; failures += 1) {
    try {
      return await Connection.connect(connection);
    } catch (error) {
      if (stopped.aborted) throw error;
      const waitMs = backoffMs(Math.min(failures, 4), Math.random());
      logger.warn(
        { address, error: describeError(error), waitMs },
        'Temporal cannot be reached; trying again. Check TEMPORAL_ADDRESS and that the server runs',
      );
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Which of our search attributes the server does not know. Never throws: without the answer, none are used. */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<readonly string[]> {
  const wanted = Object.values(SEARCH_ATTRIBUTES);
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return wanted.filter((name) => !(name in (customAttributes ?? {})));
  } catch {
    return wanted;
  }
}
