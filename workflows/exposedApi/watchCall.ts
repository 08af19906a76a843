import { condition, patched } from '@temporalio/workflow';
import { retryDelayMs } from '../../src/domain/registration/retry.ts';
import { isHistoryLong } from '../historyLength.ts';
import { runRoundSafely } from '../runRoundSafely.ts';

/**
 * What a look found while a call is out. `obsolete`: another call, or none, would be made now. `goOn`: the call is still the right one;
 * look again at the latest at `wakeAt`.
 */
export type Look =
  { readonly kind: 'obsolete' } | { readonly kind: 'goOn'; readonly wakeAt: number | undefined };

/** Whoever made a call, and looks around while it waits for its turn or for its gateway. */
export interface Onlooker {
  /** Has somebody said "look again" since the last look? */
  readonly isChanged: () => boolean;
  /** When to look though nobody says so; milliseconds since the epoch, undefined: never. */
  readonly wakeAt: number | undefined;
  readonly look: () => Promise<Look>;
}

/**
 * Looks around for as long as the call is out, so that what is told does not wait for the gateway. Resolves when the call has ended, or
 * once it has been taken back.
 */
export async function watchCall(
  call: Promise<unknown>,
  { isChanged, wakeAt, look }: Onlooker,
  takeBack: () => void,
): Promise<void> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  call.then(over, over);
  let troubles = 0;
  for (let lookAt = wakeAt; ;) {
    if (lookAt === undefined) await condition(() => isOver || isChanged());
    // Asked for only where something comes of it, for the answer is an event of the history.
    else if (looksWhileWaiting())
      await condition(() => isOver || (troubles === 0 && isChanged()), Math.max(1, lookAt - Date.now()), {
        summary: 'next look at what is due',
      });
    else lookAt = undefined;
    if (isOver) return;
    if (lookAt === undefined && !isChanged()) continue;
    // Histories from before know only one answer to a change.
    if (!looksWhileWaiting()) return takeBack();
    const found = isHistoryLong() ? LONG_ENOUGH : await runRoundSafely(look);
    if (isOver) return;
    if (found === 'trouble') {
      troubles += 1;
      lookAt = Date.now() + retryDelayMs(troubles, Math.random());
    } else if (found.kind === 'obsolete') return takeBack();
    else {
      troubles = 0;
      lookAt = found.wakeAt;
    }
  }
}

/** The next run makes the call again. */
const LONG_ENOUGH: Look = { kind: 'obsolete' };

function looksWhileWaiting(): boolean {
  return patched('look-while-waiting');
}
