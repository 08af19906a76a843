import type { Versions } from '../src/domain/kubernetes/versions.ts';
import type { EntryOutcome } from '../src/domain/exposedApi/entryUpdate.ts';
import type { StatusFacts } from '../src/domain/exposedApi/status.ts';
import type { ComponentEntry } from '../src/domain/component/entry.ts';
import type { FormerGateways } from '../src/domain/exposedApi/formerGateways.ts';
import type { GatewayRecord } from '../src/domain/registration/record.ts';
import type { ResourceRef } from '../src/domain/kubernetes/names.ts';
import type { Observation, PresentApi } from '../src/domain/exposedApi/observation.ts';
import type { Reply } from '../src/domain/registration/outcome.ts';
import type { PathOwner } from '../src/domain/exposedApi/pathClaim.ts';
import type { Registration } from '../src/domain/registration/registration.ts';
import type { ChildAction } from '../src/domain/component/plan.ts';
import type { ChildProblems, RefusedChild, ListedChild } from '../src/domain/component/problems.ts';

/** Work at the API server: fast, run as local activities. All are idempotent and fenced by the resource's uid. */
export interface ExposedApiActivities {
  /** Reads the resource and all that its round depends on. */
  readonly observeApi: (ref: ResourceRef, atLeast: Versions) => Promise<Observation>;
  /** Finalizer and intent in one write, before a call goes out. */
  readonly recordIntent: (intent: {
    ref: ResourceRef;
    /** What was decided on: where the resource is no longer so, nothing is written. */
    seen: DecidedOn;
    record: GatewayRecord;
    /** Counts intents; absent in histories of before it was counted. */
    revision?: number | undefined;
    /** What is left at former gateways; absent: nothing. */
    former?: FormerGateways;
  }) => Promise<IntentOutcome>;
  /**
   * Writes the API's entry in its Component, then our part of the status with how that went, each where it differs, and an Event where
   * it is a transition.
   */
  readonly reportApi: (report: {
    ref: ResourceRef;
    facts: StatusFacts;
    /** What to write, or how it stands with the entry where there is nothing to write. */
    entry: ComponentEntry | EntryOutcome;
  }) => Promise<Reported>;
  /** Takes our finalizer away. */
  readonly releaseApi: (release: {
    ref: ResourceRef;
    uid: string;
    why: 'Removed' | 'Released';
    note: string;
  }) => Promise<void>;
}

export type DecidedOn = Pick<PresentApi, 'uid' | 'resourceVersion' | 'specHash' | 'isPaused' | 'isDeleting'>;

export type IntentOutcome =
  /** From this version on the resource says it. */
  | { readonly kind: 'recorded'; readonly resourceVersion: string }
  /** The resource is not as it was seen: in this version, or gone. */
  | { readonly kind: 'changed'; readonly resourceVersion?: string | undefined };

export interface Reported {
  readonly isEntryRefused: boolean;
  /** From this version on the resource says it; undefined: it is gone. */
  readonly resourceVersion: string | undefined;
}

/** One call to the gateway. */
export interface GatewayCall {
  readonly ref: ResourceRef;
  readonly uid: string;
  readonly registration: Registration;
  /** Of the resource, when its intent was recorded; absent where it is gone. */
  readonly resourceVersion?: string | undefined;
}

/** `conflict`: another API owns the path, and nothing was sent. */
export type GatewayAnswer =
  | { readonly kind: 'accepted'; readonly reply: Reply }
  | { readonly kind: 'conflict'; readonly owner: PathOwner };

/**
 * Calls to the gateway: ordinary activities on the task queue of that gateway. They fail with one of GATEWAY_FAILURES
 * (src/domain/registration/outcome.ts); only what surely was not done may be repeated by Temporal, where the call's policy asks for it.
 */
export interface GatewayActivities {
  readonly registerApi: (call: GatewayCall) => Promise<GatewayAnswer>;
  /** A path that another live API owns is left to it, and counts as removed (reply code `left-to-owner`). */
  readonly removeApi: (call: GatewayCall) => Promise<GatewayAnswer>;
}

/** What a Component's round needs to know; the specs themselves stay out of the history unless something is to be done. */
export type ComponentObservation =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      readonly uid: string;
      readonly isDeleting: boolean;
      readonly actions: readonly ChildAction[];
      readonly listed: readonly ListedChild[];
      readonly problems: ChildProblems;
    };

export interface ApplyOutcome {
  /** Children that were made, to be listed. */
  readonly created: readonly ListedChild[];
  /** Names that turned out to be held by others. */
  readonly taken: readonly string[];
  readonly refused: readonly RefusedChild[];
  /** False: something changed in between; look again at once. */
  readonly isComplete: boolean;
}

interface ComponentReport {
  /** `summary/status`.deployment_status as it is now; undefined: the Component is gone. */
  readonly deploymentStatus: string | undefined;
}

/** Work at the API server: fast, run as local activities. All are idempotent and fenced by the Component's uid. */
export interface ComponentActivities {
  /** Reads the Component and its children, and plans. */
  readonly observeComponent: (ref: ResourceRef) => Promise<ComponentObservation>;
  /** Makes, changes and deletes ExposedAPIs. */
  readonly applyChildren: (apply: {
    ref: ResourceRef;
    uid: string;
    actions: readonly ChildAction[];
  }) => Promise<ApplyOutcome>;
  /** Writes our part of the Component's status where it differs, and an Event where a problem is new. */
  readonly reportComponent: (report: {
    ref: ResourceRef;
    uid: string;
    listed: readonly ListedChild[];
    problems: ChildProblems;
  }) => Promise<ComponentReport>;
}
