import { setTimeout as delay } from 'node:timers/promises';
import type { Child, OnUnexpectedExit } from './child.ts';

const MOST_RESTARTS = 5;
/** A part that ran this long before it ended counts as healthy again. */
const FORGIVEN_AFTER_MS = 60_000;

/** Starts a part again that ended by itself, with growing pauses; after five failures in a row it is left alone. */
export function keepAlive(
  find: (name: string) => Child | undefined,
  log: (line: string) => void,
): OnUnexpectedExit {
  const history = new Map<string, { readonly count: number; readonly at: number }>();
  return (name, message) => {
    log(message);
    const last = history.get(name);
    const count = last !== undefined && Date.now() - last.at < FORGIVEN_AFTER_MS ? last.count + 1 : 1;
    history.set(name, { count, at: Date.now() });
    if (count > MOST_RESTARTS) {
      log(
        `${name} ended ${count} times in a row and is left alone: see its log, then \`npm run down\` and \`npm run up\`.`,
      );
      return;
    }
    void (async () => {
      await delay(500 * count);
      await find(name)?.start();
      log(`${name} was started again`);
    })().catch((error: unknown) => log(String(error)));
  };
}
