import type { ComponentEntry } from '../component/entry.ts';
import { isSameEntry } from '../component/entry.ts';
import type { PresentApi } from './observation.ts';

/** What the Component should be told now, and until when something worse is held back. */
export interface ComponentReport {
  /** Undefined: nothing to write. */
  readonly entry?: ComponentEntry | undefined;
  readonly notReadySince?: number | undefined;
  /** When `ready: false` goes out unless the implementation is back; milliseconds since the epoch. */
  readonly lowerAt?: number | undefined;
}

/**
 * A better truth goes out at once, a worse one after the debounce: in the Component, going back to not ready
 * restarts stages that belong to other operators.
 */
export function componentReport(
  seen: PresentApi,
  served: { readonly url: string | undefined; readonly developerUI: string | undefined },
  memory: { readonly notReadySince: number | undefined; readonly now: number },
): ComponentReport {
  const { entry } = seen;
  if (entry === 'noParent') return {};
  const shown: ComponentEntry = entry === 'unlisted' ? {} : entry;
  const isReady = seen.endpointsReady && served.url !== undefined;
  const { url, developerUI } = served.url === undefined ? shown : served;
  const place = { url, developerUI };
  if (isReady || shown.ready !== true) return changed({ ...place, ready: isReady });
  const since = memory.notReadySince ?? memory.now;
  const lowerAt = since + seen.settings.readinessDebounceMs;
  if (memory.now >= lowerAt) return changed({ ...place, ready: false });
  return { ...changed({ ...place, ready: true }), notReadySince: since, lowerAt };

  function changed(wanted: ComponentEntry): ComponentReport {
    const isKnown = wanted.url !== undefined && !(entry !== 'unlisted' && isSameEntry(shown, wanted));
    return isKnown ? { entry: wanted } : {};
  }
}
