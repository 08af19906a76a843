import { type ComponentEntry, isSameEntry } from '../component/entry.ts';
import { type Endpoint, isReady } from './endpoint.ts';
import type { PresentApi } from './observation.ts';

/** How it stands with the Component's entry: what became of its write, or why there was none. */
export type EntryOutcome =
  | 'written'
  | 'notListed'
  | 'noComponent'
  | 'waitingForUrl'
  /** It could not be read, so nothing was written. The cause, in the API server's words. */
  | { readonly unknown: string }
  /** The cause, in the API server's words. */
  | { readonly refused: string };

/** What the Component should be told now, and until when something worse is held back. */
export interface EntryUpdate {
  /** Undefined: nothing to write. */
  readonly entry?: ComponentEntry | undefined;
  /** How it stands where nothing is to be written. */
  readonly otherwise: EntryOutcome;
  readonly notReadySince?: number | undefined;
  /** When `ready: false` goes out unless the implementation is back; milliseconds since the epoch. */
  readonly lowerAt?: number | undefined;
}

/**
 * A better truth goes out at once, a worse one after the debounce: in the Component, going back to not ready
 * restarts stages that belong to other operators.
 */
export function entryUpdate(
  seen: PresentApi,
  served: Pick<Endpoint, 'url' | 'developerUI'>,
  memory: {
    readonly notReadySince: number | undefined;
    readonly now: number;
    /** Is it others who said where the API is, and nothing of ours to hand on? Absent: no. */
    readonly isOthers?: boolean;
  },
): EntryUpdate {
  const { entry } = seen;
  if (entry === 'noParent' || seen.component === undefined) return { otherwise: 'noComponent' };
  if (entry === 'unknown') return unknown(seen, memory.notReadySince);
  const otherwise = served.url === undefined || memory.isOthers === true ? 'waitingForUrl' : 'written';
  if (seen.isDeleting || memory.isOthers === true) return { otherwise };
  const shown: ComponentEntry = entry === 'unlisted' ? {} : entry;
  const ready = isReady(seen, served);
  const { url, developerUI } = served.url === undefined ? shown : served;
  const place = { url, developerUI };
  if (ready || shown.ready !== true) return changed({ ...place, ready });
  const since = memory.notReadySince ?? memory.now;
  const lowerAt = since + seen.settings.readinessDebounceMs;
  if (memory.now >= lowerAt) return changed({ ...place, ready: false });
  return { ...changed({ ...place, ready: true }), notReadySince: since, lowerAt };

  function changed(wanted: ComponentEntry): EntryUpdate {
    const isKnown = wanted.url !== undefined && !(entry !== 'unlisted' && isSameEntry(shown, wanted));
    return isKnown ? { entry: wanted, otherwise } : { otherwise };
  }
}

function unknown({ unread }: PresentApi, notReadySince: number | undefined): EntryUpdate {
  return { otherwise: { unknown: unread?.entry ?? '' }, notReadySince };
}
