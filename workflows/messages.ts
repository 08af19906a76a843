import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ExposedApiState, RegistrationView } from '../src/domain/exposedApi/state.ts';
import type { Versions } from '../src/domain/kubernetes/versions.ts';
import type { ResourceRef } from '../src/domain/kubernetes/names.ts';

/**
 * "Look again, at least at this": sent by the watcher for every event that matters, with the versions that it is about. The round
 * reads for itself.
 */
export const resourceChanged = defineSignal<[versions: Versions | undefined]>('resourceChanged');

/** The gateway answers again, says whoever makes the calls: what waits for it is due now. */
export const gatewayBack = defineSignal('gatewayBack');

/** Try again now instead of at the next try. Refused where nothing is waiting. */
export const retry = defineUpdate<string>('retry');
/** Send nothing to the gateway for this API until `resume`. */
export const pause = defineUpdate<string>('pause');
export const resume = defineUpdate<string>('resume');
/** Let a deletion go through without the gateway's word. Refused where the resource is not being deleted. */
export const release = defineUpdate<string>('release');

/** State, cause, what is registered and what happens next. */
export const registration = defineQuery<RegistrationView>('registration');

export interface ExposedApiInput {
  readonly ref: ResourceRef;
  /** CLUSTER_NAME; decides the gateway's task queue. Empty: one cluster. */
  readonly cluster: string;
  /** What the previous run of this workflow handed over. */
  readonly carried?: ExposedApiState | undefined;
}

export interface ComponentInput {
  readonly ref: ResourceRef;
  readonly cluster: string;
}
