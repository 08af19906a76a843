import type { Surroundings } from './surroundings.ts';
import type { GatewayRecord } from '../registration/record.ts';
import type { Segment } from '../spec/apiSpec.ts';
import type { DeletionPolicy } from './exposedApi.ts';
import type { PathChange } from '../registration/plan.ts';
import type { Desired } from './desired.ts';

/** Settings that steer a round; read with each observation so that a changed setting needs no new workflow. */
export interface RoundSettings {
  readonly pathChange: PathChange;
  /** After this a call to the gateway has ended or can no longer arrive. Milliseconds. */
  readonly gatewayTimeoutMs: number;
  /** How long an implementation may be away before its Component hears of it. Milliseconds. */
  readonly readinessDebounceMs: number;
  /** Within this time a confirmed registration is asserted once more. Milliseconds; 0 or absent: never. */
  readonly reassertIntervalMs?: number;
  /** Is a call taken back that still waits in line when something changes? Absent in histories of before: no. */
  readonly takesBackWaitingCalls?: boolean;
  /** Are the search attributes of names.ts known to the Temporal server? */
  readonly hasSearchAttributes: boolean;
}

export interface PresentApi extends Surroundings {
  readonly kind: 'present';
  readonly uid: string;
  /** The gateway of its namespace. */
  readonly gateway: string;
  readonly apiKind: string;
  readonly specHash: string;
  readonly path: string | undefined;
  readonly segment: Segment | undefined;
  readonly developerUI: string | undefined;
  readonly desired: Desired;
  /** Names of the policies that the spec asks for; absent where it is not valid, and in histories from before they were read. */
  readonly policies?: readonly string[] | undefined;
  readonly component: string | undefined;
  readonly isDeleting: boolean;
  readonly holdsFinalizer: boolean;
  readonly isPaused: boolean;
  readonly isForceReleased: boolean;
  readonly deletionPolicy: DeletionPolicy;
  readonly reconcileRequestedAt: string | undefined;
  readonly lastHandledReconcileAt: string | undefined;
  readonly registeredAt: string | undefined;
  readonly publishedUrl: string | undefined;
  /** The record as the resource's status holds it: what a workflow without memory starts from. */
  readonly published: GatewayRecord;
  readonly settings: RoundSettings;
}

export type Observation =
  { readonly kind: 'absent'; readonly gateway: string; readonly settings: RoundSettings } | PresentApi;
