import type { ExposedApiState, ReleaseReason } from './state.ts';
import { EMPTY_RECORD, isClear } from '../registration/record.ts';
import type { Observation, PresentApi } from './observation.ts';
import type { PathOwner } from './pathClaim.ts';
import type { Registration } from '../registration/registration.ts';

/** What this round is to bring about at the gateway. */
export type Action =
  | { readonly kind: 'register'; readonly registration: Registration }
  | Unregister
  /** No calls; what is registered stays. */
  | { readonly kind: 'suspend'; readonly why: 'paused' | 'invalid' }
  /** The finalizer goes and the registration stays, or its fate stays unknown: a person said so. */
  | { readonly kind: 'release'; readonly why: ReleaseReason };

/** Nothing may stay at the gateway. */
interface Unregister {
  readonly kind: 'unregister';
  /** Does the finalizer go then? */
  readonly release: boolean;
  /** Who has the path that this API asks for; it waits. */
  readonly conflict?: PathOwner | undefined;
}

export function actionOf(seen: Observation, state: ExposedApiState): Action {
  if (seen.kind === 'absent' || seen.isDeleting) {
    const asked = seen.kind === 'absent' ? state.releaseReason : releaseReasonOf(seen);
    const why = state.isReleasedByHand ? 'force-release' : asked;
    if (why !== undefined) return { kind: 'release', why };
  }
  if (seen.kind === 'absent') return { kind: 'unregister', release: false };
  if (isOver(seen, state)) return { kind: 'unregister', release: true };
  if (seen.isPaused || state.isPausedByHand) return { kind: 'suspend', why: 'paused' };
  if (seen.isDeleting) return { kind: 'unregister', release: true };
  switch (seen.desired.kind) {
    case 'register':
      return seen.pathOwner === undefined
        ? { kind: 'register', registration: seen.desired.registration }
        : unregisterFor(seen.pathOwner);
    case 'notRouted':
    case 'external':
      return { kind: 'unregister', release: false };
    case 'invalid':
      return { kind: 'suspend', why: 'invalid' };
  }
}

/** Others hold what is being deleted: there is nothing of ours left that a pause could stop. */
function isOver(
  { isDeleting, holdsFinalizer }: PresentApi,
  { record = EMPTY_RECORD }: ExposedApiState,
): boolean {
  return isDeleting && !holdsFinalizer && isClear(record);
}

/** What is left to do for an API whose path is another's. */
export function unregisterFor(conflict: PathOwner): Unregister {
  return { kind: 'unregister', release: false, conflict };
}

/** What the resource's annotations say about its deletion, now or to come. */
export function releaseReasonOf({ isForceReleased, deletionPolicy }: PresentApi): ReleaseReason | undefined {
  if (isForceReleased) return 'force-release';
  return deletionPolicy === 'Retain' ? 'Retain' : undefined;
}

/** What is to be registered in the end; undefined: nothing. */
export function desiredAt(action: Action): Registration | undefined {
  return action.kind === 'register' ? action.registration : undefined;
}
