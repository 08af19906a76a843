import { isSameEntry } from '../component/entry.ts';
import type { ExposedApi } from './exposedApi.ts';
import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import type { DesiredOptions } from './desired.ts';
import { ANNOTATIONS_UNDERSTOOD, annotationsCondition } from './annotationsCondition.ts';
import { endpointOf, isLeftAlone, isReady } from './endpoint.ts';
import { observationOf, type PresentApi, type RoundSettings } from './observation.ts';
import { clearable } from './formerGateways.ts';
import { isReleaseTold } from './releasedStatus.ts';
import { POLICIES_ENFORCED, policiesCondition } from './policiesCondition.ts';
import { isSameRegistration } from '../registration/registration.ts';
import { type GatewayRecord, restoreRecord } from '../registration/record.ts';
import type { RecordSeal } from './recordSeal.ts';
import type { ApiState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

export type ReconcileReason =
  | { readonly kind: 'settled' }
  /** A workflow is at it and will see the end by itself; only a lost workflow makes a signal useful. */
  | { readonly kind: 'inProgress' }
  | { readonly kind: 'needed'; readonly why: string };

export interface ReconcileOptions extends DesiredOptions {
  /** What a status calls the gateway of a namespace. */
  readonly recordedAs: (namespace: string) => string;
  /** Endpoints of former gateways of a namespace's APIs where what is left is removed. Absent: none. */
  readonly formerGateways?: (namespace: string) => readonly string[];
  /** Where records are sealed. */
  readonly seal?: RecordSeal | undefined;
}

/** States that last until something changes. */
const ANSWERS: readonly ApiState[] = ['Registered', 'Rejected', 'NotRouted', 'Paused', 'Conflict'];

/**
 * Does the resource need a round? Judged from the resource and its surroundings alone, by what a report would say of them, so that a
 * restart of everything costs nothing for what is up to date.
 */
export function reconcileReason(
  api: ExposedApi,
  surroundings: Surroundings,
  { recordedAs, formerGateways, seal, ...desired }: ReconcileOptions,
): ReconcileReason {
  if (api.isDeleting) return leaving(api);
  const { state } = api.status.apig;
  if (state === undefined) return { kind: 'needed', why: 'never seen' };
  const shown: Shown = {
    api,
    state,
    isAnswered: isAnswered(api, state) && !hasToClear(api, formerGateways),
    seen: observationOf(api, surroundings, {
      desired,
      round: NO_ROUND,
      gateway: '',
      recordedAs: recordedAs(api.ref.namespace),
      seal,
    }),
    record: restoreRecord(api.status.apig, Number.POSITIVE_INFINITY),
  };
  const why = staleness(shown) ?? (shown.isAnswered ? contradiction(shown) : undefined);
  if (why !== undefined) return { kind: 'needed', why };
  return { kind: shown.isAnswered ? 'settled' : 'inProgress' };
}

/** Does its status promise that a workflow is at it? Judged from the resource alone, and cheaply: it is asked of all APIs often. */
export function isUnderWay(
  api: ExposedApi,
  { formerGateways }: Pick<ReconcileOptions, 'formerGateways'>,
): boolean {
  if (api.isDeleting) return api.holdsFinalizer;
  const { state } = api.status.apig;
  return state === undefined || !isAnswered(api, state) || hasToClear(api, formerGateways);
}

/** Is something of it left at former gateways, and to be removed there? */
function hasToClear(
  { ref, status }: ExposedApi,
  formerGateways: ReconcileOptions['formerGateways'],
): boolean {
  return clearable(status.apig.formerGateways, formerGateways?.(ref.namespace)).length > 0;
}

function leaving({ holdsFinalizer, status }: ExposedApi): ReconcileReason {
  if (holdsFinalizer) return { kind: 'inProgress' };
  return isReleaseTold(status) ? { kind: 'settled' } : { kind: 'needed', why: 'removal not told' };
}

/** An API as its status shows it, beside what is true. */
interface Shown {
  readonly api: ExposedApi;
  readonly state: ApiState;
  /** Nothing is on its way. */
  readonly isAnswered: boolean;
  readonly seen: PresentApi;
  readonly record: GatewayRecord;
}

/** What a status says does not depend on how a round goes. */
const NO_ROUND: RoundSettings = {
  pathChange: 'replace',
  gatewayTimeoutMs: 0,
  readinessDebounceMs: 0,
  takesBackWaitingCalls: false,
  hasSearchAttributes: false,
};

/** What a person or the spec asked for; equal before and after our own status writes. */
export function requestFingerprint(api: ExposedApi): string {
  return canonicalJson([
    api.uid,
    api.specHash,
    api.isDeleting,
    api.isPaused,
    api.isForceReleased,
    api.deletionPolicy,
    api.annotationProblem,
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

function staleness(shown: Shown): string | undefined {
  const { api, state, seen } = shown;
  const { status } = api;
  if (seen.isOwnRecord !== true) return 'record of another resource or gateway, or not sealed';
  if (status.apig.registered !== undefined && !api.holdsFinalizer) return 'finalizer lost';
  if (!isAnnotationTold(api)) return 'annotations told otherwise';
  // A pause stops calls, not the truth about everything else.
  const conflict = state === 'Paused' ? undefined : conflictReason(api, seen);
  if (conflict !== undefined) return conflict;
  if (status.observedGeneration !== undefined && status.observedGeneration !== api.generation)
    return 'generation not observed';
  if (status.apiStatus.name !== api.ref.name) return 'status lost';
  const url = urlOf(shown);
  if (url !== status.apiStatus.url) return 'gateway address changed';
  return readinessReason(shown, url);
}

function isAnnotationTold({ status, annotationProblem }: ExposedApi): boolean {
  const told = status.conditions.find(({ type }) => type === ANNOTATIONS_UNDERSTOOD);
  return told?.message === annotationsCondition(annotationProblem)?.message;
}

/** Of an external API the author says what is so, and a condition repeats it; where else others have the word nothing is compared. */
function readinessReason({ api, state, seen, record }: Shown, url: string | undefined): string | undefined {
  const { status } = api;
  const ready = isReady(seen, { url });
  const isExternal = seen.desired.kind === 'external';
  const isOthers = isLeftAlone(seen, state, record);
  if (isOthers && !isExternal) return undefined;
  const said = isOthers
    ? status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')
    : status.implementationReady;
  if (ready !== said) return 'readiness changed';
  return isEntryStale(api, ready, seen.entry) ? 'component entry differs' : undefined;
}

/**
 * While something is on its way the round itself withdraws the URL, where it has to; and a gateway whose address is not known, be it
 * that the view is young, is no news.
 */
function urlOf(shown: Shown): string | undefined {
  const { api, state, seen, record } = shown;
  const { url } = endpointOf(seen, state, record);
  const isLost = shown.isAnswered && seen.address !== undefined;
  return isLost ? url : (url ?? api.status.apiStatus.url);
}

/** Where the status gives an answer that no round would have given; somebody else wrote it, or a setting has changed. */
function contradiction({ api, state, seen, record }: Shown): string | undefined {
  const { desired } = seen;
  if (state === 'Registered') {
    const isThere =
      record.registered !== undefined &&
      desired.kind === 'register' &&
      isSameRegistration(record.registered, desired.registration);
    if (!isThere || record.unconfirmed.length > 0) return 'registered otherwise';
  }
  if (state === 'NotRouted' && desired.kind !== 'notRouted' && desired.kind !== 'external')
    return 'registered otherwise';
  const said = api.status.conditions.find(({ type }) => type === POLICIES_ENFORCED)?.reason;
  const policies = policiesCondition(seen, record);
  if (policies === undefined) return undefined;
  return said === (policies === 'none' ? undefined : policies.reason) ? undefined : 'policies told otherwise';
}

function conflictReason({ status }: ExposedApi, { pathOwner }: PresentApi): string | undefined {
  if (pathOwner?.name === status.apig.pathOwner) return undefined;
  return pathOwner === undefined ? 'path free' : 'path conflict';
}

/** An entry is ours to mend once there is a URL to write; `unlisted` is the component controller's to mend. */
function isEntryStale(api: ExposedApi, ready: boolean, entry: Surroundings['entry']): boolean {
  if (typeof entry === 'string') return false;
  const { url, developerUI } = api.status.apiStatus;
  return url !== undefined && !isSameEntry(entry, { url, developerUI, ready });
}
