import type { ExposedApiState } from './exposedApiState.ts';
import type { Observation } from './observation.ts';
import type { Rival } from './pathClaim.ts';
import type { Registration } from './registration.ts';

/** What this round is to bring about at the gateway. */
export type Goal =
  | { readonly kind: 'registered'; readonly registration: Registration }
  /** Another API has the path: whatever this one has elsewhere goes, and it waits. */
  | { readonly kind: 'outranked'; readonly rival: Rival }
  /** Nothing may stay at the gateway; `release`: then the finalizer goes. */
  | { readonly kind: 'cleared'; readonly release: boolean }
  /** No calls; what is registered stays. */
  | { readonly kind: 'untouched'; readonly why: 'paused' | 'invalid' }
  /** The resource goes, the registration stays or its fate stays unknown: a person said so. */
  | { readonly kind: 'abandoned'; readonly why: 'Retain' | 'force-release' };

export function goalOf(seen: Observation, state: ExposedApiState): Goal {
  if (seen.kind === 'absent')
    return state.isReleasedByHand
      ? { kind: 'abandoned', why: 'force-release' }
      : { kind: 'cleared', release: false };
  if (seen.isDeleting) {
    if (seen.isForceReleased || state.isReleasedByHand) return { kind: 'abandoned', why: 'force-release' };
    if (seen.deletionPolicy === 'Retain') return { kind: 'abandoned', why: 'Retain' };
  }
  if (seen.isPaused || state.isPausedByHand) return { kind: 'untouched', why: 'paused' };
  if (seen.isDeleting) return { kind: 'cleared', release: true };
  switch (seen.wish.kind) {
    case 'register':
      if (seen.rival !== undefined) return { kind: 'outranked', rival: seen.rival };
      return { kind: 'registered', registration: seen.wish.registration };
    case 'notRouted':
      return { kind: 'cleared', release: false };
    case 'invalid':
      return { kind: 'untouched', why: 'invalid' };
  }
}

export function desiredAt(goal: Goal): Registration | undefined {
  return goal.kind === 'registered' ? goal.registration : undefined;
}
