import type { Clock } from '../clock.ts';
import { endRequestsWith } from './timeLimit.ts';

export interface BatchOptions<T> {
  /**
   * Never rejects.
   * @returns whether anything was sent: only then is there a pause after it
   */
  readonly send: (key: string, batch: readonly T[]) => Promise<boolean>;
  readonly pauseMs: number;
  readonly clock: Pick<Clock, 'sleep'>;
}

/**
 * For each key one batch at a time: the first item goes at once and alone; what comes while a batch is out, or within the pause after
 * it, goes out together.
 */
export function createBatches<T>({ send, pauseMs, clock }: BatchOptions<T>): (key: string, item: T) => void {
  const collected = new Map<string, T[]>();

  async function sendAll(key: string, items: T[]): Promise<void> {
    while (items.length > 0) if (await send(key, items.splice(0))) await clock.sleep(pauseMs, NEVER);
    collected.delete(key);
  }

  return (key, item) => {
    const items = collected.get(key);
    if (items !== undefined) {
      items.push(item);
      return;
    }
    const first = [item];
    collected.set(key, first);
    // Others wait for the same batch: whoever comes first must not end it for them.
    void endRequestsWith(undefined, () => sendAll(key, first));
  };
}

const NEVER = new AbortController().signal;
