import { type ComponentEntry, isSameEntry } from '../component/entry.ts';
import type { ExposedApi } from './exposedApi.ts';
import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import { saysPolicies } from './policiesCondition.ts';
import { publishedUrl } from './publishedUrl.ts';
import type { ApiState } from './state.ts';

/** What the rest of the cluster says about one API, as the watcher sees it. */
export interface Surroundings {
  /** Does any EndpointSlice of the implementation's Service have a ready endpoint? */
  readonly implementationReady: boolean;
  /** `scheme://host[:port]`; undefined while the gateway's Ingress has no address. */
  readonly gatewayUrl: string | undefined;
  /** This API's entry in its Component; `unlisted` when the Component does not list it (yet). */
  readonly entry: ComponentEntry | 'unlisted' | 'noParent';
  /** Who keeps this API from its path, as `Rival.name` says it. */
  readonly pathOwner: string | undefined;
  /** Does the gateway understand policies? */
  readonly sendPolicies: boolean;
}

export type ReconcileReason =
  | { readonly kind: 'settled' }
  /** A workflow is at it and will see the end by itself; only a lost workflow makes a signal useful. */
  | { readonly kind: 'inProgress' }
  | { readonly kind: 'needed'; readonly why: string };

/** States that last until something changes. */
const ANSWERS: readonly ApiState[] = ['Registered', 'Rejected', 'NotRouted', 'Paused', 'Conflict'];

/**
 * Does the resource need a look? Judged from the resource and the world alone, so that a restart of everything
 * costs nothing for what is up to date.
 */
export function reconcileReason(api: ExposedApi, world: Surroundings): ReconcileReason {
  if (api.isDeleting) return { kind: api.holdsFinalizer ? 'inProgress' : 'settled' };
  const { state } = api.status.apig;
  if (state === undefined) return { kind: 'needed', why: 'never seen' };
  const why = staleness(api, state, world);
  if (why !== undefined) return { kind: 'needed', why };
  if (!isAnswered(api, state)) return { kind: 'inProgress' };
  return saysPolicies(api, world.sendPolicies)
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

function staleness(api: ExposedApi, state: ApiState, world: Surroundings): string | undefined {
  const { status } = api;
  if (status.apig.registered !== undefined && !api.holdsFinalizer) return 'finalizer lost';
  // A pause stops calls, not the truth about everything else.
  if (state !== 'Paused' && world.pathOwner !== status.apig.pathOwner)
    return world.pathOwner === undefined ? 'path free' : 'path conflict';
  if (status.observedGeneration !== undefined && status.observedGeneration !== api.generation)
    return 'generation not observed';
  if (status.apiStatus.name !== api.ref.name) return 'status lost';
  const url = publishedUrl(api, world.gatewayUrl);
  if (url !== undefined && url !== status.apiStatus.url) return 'gateway address changed';
  const ready = world.implementationReady && status.apiStatus.url !== undefined;
  if (ready !== status.implementationReady) return 'readiness changed';
  return isEntryStale(api, ready, world.entry) ? 'component entry differs' : undefined;
}

/** An entry is ours to mend once there is a URL to write; `unlisted` is the component controller's to mend. */
function isEntryStale(api: ExposedApi, ready: boolean, entry: Surroundings['entry']): boolean {
  if (typeof entry === 'string') return false;
  const { url, developerUI } = api.status.apiStatus;
  return url !== undefined && !isSameEntry(entry, { url, developerUI, ready });
}
