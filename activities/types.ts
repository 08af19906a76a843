import type { EntryOutcome, StatusFacts } from '../src/domain/apiStatus.ts';
import type { ComponentEntry } from '../src/domain/componentEntry.ts';
import type { GatewayRecord } from '../src/domain/gatewayRecord.ts';
import type { ResourceRef } from '../src/domain/names.ts';
import type { Observation } from '../src/domain/observation.ts';
import type { Reply } from '../src/domain/outcome.ts';
import type { Rival } from '../src/domain/pathClaim.ts';
import type { Registration } from '../src/domain/registration.ts';

/** Work at the API server: fast, run as local activities. All are idempotent and fenced by the resource's uid. */
export interface ExposedApiActivities {
  /** Reads the resource and all that its round depends on. */
  readonly observeApi: (ref: ResourceRef) => Promise<Observation>;
  /**
   * Finalizer and intent in one write, before a call goes out. False: the resource is gone or being deleted.
   * With `path`, the API must get that path to itself: a rival means that it has not, and nothing may be sent.
   */
  readonly holdApi: (hold: {
    ref: ResourceRef;
    uid: string;
    record: GatewayRecord;
    path?: string | undefined;
  }) => Promise<boolean | Rival>;
  /** Writes the API's entry in its Component. */
  readonly reportComponentEntry: (report: {
    ref: ResourceRef;
    uid: string;
    component: string;
    entry: ComponentEntry;
  }) => Promise<Extract<EntryOutcome, 'written' | 'notListed' | 'noComponent'>>;
  /** Writes our part of the status where it differs, and an Event where it is a transition. */
  readonly reportApi: (report: { ref: ResourceRef; facts: StatusFacts }) => Promise<void>;
  /** Takes our finalizer away. */
  readonly releaseApi: (release: {
    ref: ResourceRef;
    uid: string;
    why: 'Removed' | 'Released';
    note: string;
  }) => Promise<void>;
}

/** A call to the gateway: an ordinary activity with a queue of its own. Fails with one of GATEWAY_FAILURES (src/domain/gatewayFailures.ts). */
export interface GatewayActivities {
  readonly registerApi: (call: { namespace: string; registration: Registration }) => Promise<Reply>;
  readonly removeApi: (call: { namespace: string; registration: Registration }) => Promise<Reply>;
}

export type { ApplyOutcome, ComponentActivities, ComponentObservation } from './componentTypes.ts';
