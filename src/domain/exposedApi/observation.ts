import { type Desired, type DesiredOptions, desiredOf } from './desired.ts';
import type { DeletionPolicy } from './annotations.ts';
import type { ExposedApi } from './exposedApi.ts';
import { everythingOf, type FormerGateways, leaveAt, withoutGateway } from './formerGateways.ts';
import { isOwnRecord, isProven, type OwnRecord, publishedIn } from './publishedRecord.ts';
import { shownEndpoint, type ShownEndpoint } from './shownEndpoint.ts';
import type { Surroundings } from './surroundings.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import type { PathChange } from '../registration/plan.ts';
import { restoreRecord, type PublishedRecord } from '../registration/record.ts';
import type { Segment } from '../spec/apiSpec.ts';

/** Settings that steer a round; read with each observation so that a changed setting needs no new workflow. */
export interface RoundSettings {
  readonly pathChange: PathChange;
  /** After this a call to the gateway has ended or can no longer arrive. Milliseconds. */
  readonly gatewayTimeoutMs: number;
  /** How long an implementation may be away before its Component hears of it. Milliseconds. */
  readonly readinessDebounceMs: number;
  /** Within this time a confirmed registration is asserted once more. Milliseconds; 0 or absent: never. */
  readonly reassertIntervalMs?: number;
  /** Is a call taken back that still waits in line when something changes? */
  readonly takesBackWaitingCalls: boolean;
  /**
   * Is a call of unknown outcome forgotten, once it can no longer arrive, where its arrival would say what the gateway has confirmed since?
   * Absent in histories of before: then everything is asserted once more.
   */
  readonly dropsHarmless?: boolean;
  /** Endpoints of former gateways of the API that are called for removals: those that settings name. Absent: none. */
  readonly formerGateways?: readonly string[];
  /** Are the search attributes of names.ts known to the Temporal server? */
  readonly hasSearchAttributes: boolean;
}

export interface PresentApi extends Surroundings {
  readonly kind: 'present';
  readonly uid: string;
  /** What is decided on this observation is decided on this version. */
  readonly resourceVersion: string;
  /** Names the gateway of its namespace: `host:port`. */
  readonly gateway: string;
  /** What the status calls that gateway. Absent in histories of before this was asked. */
  readonly recordedAs?: string;
  readonly apiKind: string;
  readonly specHash: string;
  readonly path: string | undefined;
  readonly segment: Segment | undefined;
  readonly developerUI: string | undefined;
  readonly desired: Desired;
  /** Names of the policies that the spec asks for; undefined where it is not valid. */
  readonly policies: readonly string[] | undefined;
  readonly component: string | undefined;
  readonly isDeleting: boolean;
  readonly holdsFinalizer: boolean;
  readonly isPaused: boolean;
  readonly isForceReleased: boolean;
  readonly deletionPolicy: DeletionPolicy;
  /** Of annotations that cannot be understood. */
  readonly annotationProblem?: string | undefined;
  readonly reconcileRequestedAt: string | undefined;
  readonly lastHandledReconcileAt: string | undefined;
  readonly registeredAt: string | undefined;
  readonly publishedUrl: string | undefined;
  /** What the status shows of the endpoint. Absent in histories of before: our own word. */
  readonly shown?: ShownEndpoint | undefined;
  /** RFC 3339: since when the status has said that a neighbour cannot be read. */
  readonly unreadSince?: string | undefined;
  /** The record as the resource's status holds it: what a workflow without memory starts from. */
  readonly published: PublishedRecord;
  /**
   * Is that record about this very resource at the gateway of today, and sealed where records are? Absent in histories of before this
   * was asked: then it counts as its own.
   */
  readonly isOwnRecord?: boolean;
  /** What the status says is left at gateways that were its own before. Absent: nothing. */
  readonly former?: FormerGateways;
  /** Of that record. */
  readonly revision?: number | undefined;
  /** As the resource's status says it; see ExposedApiState. */
  readonly fence?: number | undefined;
  readonly settings: RoundSettings;
}

export type Observation = { readonly kind: 'absent'; readonly settings: RoundSettings } | PresentApi;

/** What settings say of one API's round. */
export interface ObservationSettings extends OwnRecord {
  readonly desired: DesiredOptions;
  readonly round: RoundSettings;
  /** `host:port`. */
  readonly gateway: string;
}

/** All that a round, and whoever judges whether one is needed, knows of an API. */
export function observationOf(
  api: ExposedApi,
  surroundings: Surroundings,
  { desired, round, gateway, recordedAs, seal }: ObservationSettings,
): PresentApi {
  const { spec, status } = api;
  const shown = shownEndpoint(api, surroundings.address);
  const isExternal = spec.valid && spec.value.isExternal === true;
  const former = formerOf(api, { recordedAs, seal });
  return {
    kind: 'present',
    ...surroundings,
    ...(isExternal ? { endpointsReady: shown.ready ?? false } : {}),
    uid: api.uid,
    resourceVersion: api.resourceVersion,
    gateway,
    recordedAs,
    apiKind: api.kind,
    specHash: api.specHash,
    path: spec.valid ? spec.value.path : undefined,
    segment: spec.valid ? spec.value.segment : undefined,
    developerUI: spec.valid ? spec.value.developerUI : undefined,
    desired: desiredOf(api, desired),
    policies: spec.valid ? Object.keys(spec.value.policies) : undefined,
    component: api.parent?.name,
    isDeleting: api.isDeleting,
    holdsFinalizer: api.holdsFinalizer,
    isPaused: api.isPaused,
    isForceReleased: api.isForceReleased,
    deletionPolicy: api.deletionPolicy,
    annotationProblem: api.annotationProblem,
    reconcileRequestedAt: api.reconcileRequestedAt,
    lastHandledReconcileAt: status.apig.lastHandledReconcileAt,
    registeredAt: status.apig.registeredAt,
    publishedUrl: status.apiStatus.url,
    shown,
    unreadSince: surroundings.unread && unreadSince(api),
    ...(former.length > 0 && { former }),
    published: publishedIn(status),
    isOwnRecord: isOwnRecord(api, { recordedAs, seal }),
    revision: status.apig.revision,
    ...(status.apig.fence === undefined ? {} : { fence: status.apig.fence }),
    settings: round,
  };
}

/** Only what the status says of this very resource; the record itself is left behind where its gateway is not that of today. */
function formerOf(api: ExposedApi, { recordedAs, seal }: OwnRecord): FormerGateways {
  if (!isProven(api, seal)) return [];
  const { apig } = api.status;
  const { gateway = recordedAs, formerGateways = [] } = apig;
  const all = leaveAt(formerGateways, gateway, everythingOf(restoreRecord(apig, 0)));
  return withoutGateway(all, recordedAs);
}

const UNREAD: readonly string[] = [REASONS.entryUnknown, REASONS.endpointsUnknown];

function unreadSince({ status }: ExposedApi): string | undefined {
  return status.conditions.find(({ reason }) => UNREAD.includes(reason))?.lastTransitionTime;
}
