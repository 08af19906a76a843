import type { Clock } from '../clock.ts';

export interface AddAfter {
  /** Has the key looked at once, a moment from now; asked for again meanwhile, it is still looked at once. */
  add(key: string): void;
  stop(): void;
}

/** Longer than a workflow takes from one of its writes to the next. */
const MOMENT_MS = 1000;

export function createAddAfter(clock: Clock, look: (key: string) => void): AddAfter {
  const stopping = new AbortController();
  const waiting = new Set<string>();

  async function wait(key: string): Promise<void> {
    await clock.sleep(MOMENT_MS, stopping.signal);
    waiting.delete(key);
    if (!stopping.signal.aborted) look(key);
  }

  return {
    add(key) {
      if (waiting.has(key)) return;
      waiting.add(key);
      void wait(key);
    },
    stop() {
      stopping.abort();
    },
  };
}
