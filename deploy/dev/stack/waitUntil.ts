import { setTimeout as delay } from 'node:timers/promises';
import { LocalStackError } from './localStackError.ts';

export interface WaitOptions {
  /** What is waited for, as the end of "… did not become true": shown when the time is up. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Default 50. */
  readonly intervalMs?: number;
  /** Ends the wait with an error. */
  readonly signal?: AbortSignal;
}

/**
 * Asks until the answer is yes. A check that throws counts as no; its message is shown when the time is up.
 *
 * @throws LocalStackError when the time is up, or the signal is given.
 */
export async function waitUntil(isTrue: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutMs;
  let lastFault = '';
  while (Date.now() < deadline) {
    if (options.signal?.aborted === true) throw new LocalStackError('The wait was ended.');
    try {
      if (await isTrue()) return;
      lastFault = '';
    } catch (error) {
      if (error instanceof LocalStackError) throw error;
      lastFault = error instanceof Error ? ` (${error.message})` : '';
    }
    await delay(options.intervalMs ?? 50);
  }
  throw new LocalStackError(
    `${options.what} within ${options.timeoutMs / 1000} s, but it did not happen${lastFault}.`,
  );
}
