import { isSameEntry } from '../component/entry.ts';
import type { ExposedApi } from './exposedApi.ts';
import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import { saysPolicies } from './policiesCondition.ts';
import { publishedUrl } from './publishedUrl.ts';
import type { ApiState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

export type ReconcileReason =
  | { readonly kind: 'settled' }
  /** A workflow is at it and will see the end by itself; only a lost workflow makes a signal useful. */
  | { readonly kind: 'inProgress' }
  | { readonly kind: 'needed'; readonly why: string };

/** States that last until something changes. */
const ANSWERS: readonly ApiState[] = ['Registered', 'Rejected', 'NotRouted', 'Paused', 'Conflict'];

/**
 * Does the resource need a round? Judged from the resource and its surroundings alone, so that a restart of everything
 * costs nothing for what is up to date.
 * @param sendPolicies does the gateway understand policies?
 */
export function reconcileReason(
  api: ExposedApi,
  surroundings: Surroundings,
  sendPolicies: boolean,
): ReconcileReason {
  if (api.isDeleting) return { kind: api.holdsFinalizer ? 'inProgress' : 'settled' };
  const { state } = api.status.apig;
  if (state === undefined) return { kind: 'needed', why: 'never seen' };
  const why = staleness(api, state, surroundings);
  if (why !== undefined) return { kind: 'needed', why };
  if (!isAnswered(api, state)) return { kind: 'inProgress' };
  return saysPolicies(api, sendPolicies)
    ? { kind: 'settled' }
    : { kind: 'needed', why: 'policies told otherwise' };
}

/** What a person or the spec asked for; equal before and after our own status writes. */
export function requestFingerprint(api: ExposedApi): string {
  return canonicalJson([
    api.uid,
    api.specHash,
    api.isDeleting,
    api.isPaused,
    api.isForceReleased,
    api.deletionPolicy,
    api.reconcileRequestedAt,
    api.parent?.uid,
  ]);
}

function isAnswered(api: ExposedApi, state: ApiState): boolean {
  const { apig } = api.status;
  if (apig.observedSpecHash !== api.specHash || apig.pending !== undefined) return false;
  if (api.isPaused !== (state === 'Paused')) return false;
  if (api.reconcileRequestedAt !== undefined && api.reconcileRequestedAt !== apig.lastHandledReconcileAt)
    return false;
  return ANSWERS.includes(state);
}

function staleness(api: ExposedApi, state: ApiState, surroundings: Surroundings): string | undefined {
  const { status } = api;
  if (status.apig.registered !== undefined && !api.holdsFinalizer) return 'finalizer lost';
  // A pause stops calls, not the truth about everything else.
  const conflict = state === 'Paused' ? undefined : conflictReason(api, surroundings);
  if (conflict !== undefined) return conflict;
  if (status.observedGeneration !== undefined && status.observedGeneration !== api.generation)
    return 'generation not observed';
  if (status.apiStatus.name !== api.ref.name) return 'status lost';
  const url = publishedUrl(api, surroundings.address?.url);
  if (url !== undefined && url !== status.apiStatus.url) return 'gateway address changed';
  const ready = surroundings.endpointsReady && status.apiStatus.url !== undefined;
  if (ready !== status.implementationReady) return 'readiness changed';
  return isEntryStale(api, ready, surroundings.entry) ? 'component entry differs' : undefined;
}

function conflictReason({ status }: ExposedApi, { pathOwner }: Surroundings): string | undefined {
  if (pathOwner?.name === status.apig.pathOwner) return undefined;
  return pathOwner === undefined ? 'path free' : 'path conflict';
}

/** An entry is ours to mend once there is a URL to write; `unlisted` is the component controller's to mend. */
function isEntryStale(api: ExposedApi, ready: boolean, entry: Surroundings['entry']): boolean {
  if (typeof entry === 'string') return false;
  const { url, developerUI } = api.status.apiStatus;
  return url !== undefined && !isSameEntry(entry, { url, developerUI, ready });
}
