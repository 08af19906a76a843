import type { Abandonment, ExposedApiState } from './state.ts';
import type { Observation, PresentApi } from './observation.ts';
import type { PathOwner } from './pathClaim.ts';
import type { Registration } from '../registration/registration.ts';

/** What this round is to bring about at the gateway. */
export type Action =
  | { readonly kind: 'registered'; readonly registration: Registration }
  /** Another API has the path: whatever this one has elsewhere goes, and it waits. */
  | { readonly kind: 'outranked'; readonly pathOwner: PathOwner }
  /** Nothing may stay at the gateway; `release`: then the finalizer goes. */
  | { readonly kind: 'cleared'; readonly release: boolean }
  /** No calls; what is registered stays. */
  | { readonly kind: 'untouched'; readonly why: 'paused' | 'invalid' }
  /** The resource goes, the registration stays or its fate stays unknown: a person said so. */
  | { readonly kind: 'abandoned'; readonly why: Abandonment };

export function actionOf(seen: Observation, state: ExposedApiState): Action {
  if (seen.kind === 'absent' || seen.isDeleting) {
    const asked = seen.kind === 'absent' ? state.abandonedAs : abandonmentOf(seen);
    const why = state.isReleasedByHand ? 'force-release' : asked;
    if (why !== undefined) return { kind: 'abandoned', why };
  }
  if (seen.kind === 'absent') return { kind: 'cleared', release: false };
  if (seen.isPaused || state.isPausedByHand) return { kind: 'untouched', why: 'paused' };
  if (seen.isDeleting) return { kind: 'cleared', release: true };
  switch (seen.desired.kind) {
    case 'register':
      if (seen.pathOwner !== undefined) return { kind: 'outranked', pathOwner: seen.pathOwner };
      return { kind: 'registered', registration: seen.desired.registration };
    case 'notRouted':
      return { kind: 'cleared', release: false };
    case 'invalid':
      return { kind: 'untouched', why: 'invalid' };
  }
}

/** What the resource's annotations say about its deletion, now or to come. */
export function abandonmentOf({ isForceReleased, deletionPolicy }: PresentApi): Abandonment | undefined {
  if (isForceReleased) return 'force-release';
  return deletionPolicy === 'Retain' ? 'Retain' : undefined;
}

export function desiredAt(action: Action): Registration | undefined {
  return action.kind === 'registered' ? action.registration : undefined;
}
