import type { DecidedOn, ExposedApiActivities } from '../../activities/types.ts';
import type { Action } from '../../src/domain/exposedApi/action.ts';
import {
  isHeldElsewhere,
  describeFormer,
  type FormerGateways,
} from '../../src/domain/exposedApi/formerGateways.ts';
import type { RestoredState } from '../../src/domain/exposedApi/memory.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';
import type { ExposedApiState, ReleaseReason } from '../../src/domain/exposedApi/state.ts';
import type { Plan } from '../../src/domain/registration/plan.ts';
import { isClear, withIntent, type GatewayRecord } from '../../src/domain/registration/record.ts';
import { inMarkdown } from '../../src/domain/kubernetes/markdown.ts';
import type { CallGateway } from './gatewayCall.ts';

/**
 * `ended`: the resource is gone and so is its registration, unless a person decided otherwise; `how` is undefined where nothing was left
 * to do. `again`: something changed, so that going on would be on old knowledge. `waiting`: until a signal, or until `wakeAt`.
 */
export type RoundEnd =
  | { readonly kind: 'ended'; readonly how: string | undefined }
  | { readonly kind: 'again' }
  | { readonly kind: 'waiting'; readonly wakeAt: number | undefined };

/** What a round works on: what was seen, and what is to come of it. */
export interface Purpose {
  readonly seen: Observation;
  readonly action: Action;
}

/** The plan is carried out, or waits for a next try or for calls of unknown outcome to end; or else the round ends here. */
export type Acted =
  | (Purpose & {
      readonly isDone: boolean;
      /** The call that waits for its next try. */
      readonly next?: PlannedCall;
    })
  | { readonly end: RoundEnd };

/** What the resource is to say before a call goes out. */
export type Intent = Parameters<ExposedApiActivities['recordIntent']>[0];

export type PlannedCall = Extract<Plan, { kind: 'call' }>;

/** The resource says what is about to be sent, from this version on (undefined: it is gone). */
export type Announced = { readonly resourceVersion: string | undefined } | { readonly end: RoundEnd };

/** How a report is told. */
export interface Telling {
  /** What the record says as soon as the call is out that is out, or about to be. */
  readonly announced?: GatewayRecord | undefined;
  readonly isCallOut?: boolean;
}

export const AGAIN = { end: { kind: 'again' } } as const;

/** How a round reaches the outside; handed in, so that it runs without Temporal as well. */
export interface Effects {
  readonly activities: ExposedApiActivities;
  readonly callGateway: CallGateway;
  /** Resolves once the history holds everything up to now. */
  readonly checkpoint: () => Promise<void>;
  /** Shows people where the API stands, in the middle of a round. */
  readonly show: (state: ExposedApiState, seen: PresentApi) => void;
}

/**
 * A finalizer that somebody took away, or a resource made anew just like its predecessor, so that no call is due which would bring it:
 * while anything is recorded, a deletion must not go unnoticed.
 */
export function needsFinalizer(seen: Observation, state: RestoredState): seen is PresentApi {
  if (seen.kind === 'absent' || seen.isDeleting || seen.holdsFinalizer) return false;
  return !isClear(state.record) || isHeldElsewhere(state.former, seen.settings.formerGateways);
}

export function decidedOn({ uid, resourceVersion, specHash, isPaused, isDeleting }: PresentApi): DecidedOn {
  return { uid, resourceVersion, specHash, isPaused, isDeleting };
}

/** Does the resource go as soon as nothing of it is left at the gateway? */
export function isLeaving(seen: Observation, action: Action): boolean {
  return seen.kind === 'absent' || (action.kind === 'unregister' && action.release);
}

/**
 * What the resource has to say before the call goes out; undefined: nothing. Only the removal of what is being deleted needs no such
 * word, for there everything recorded goes anyway; nor does a re-assertion, which puts nothing in doubt.
 */
export function intentOf(
  seen: PresentApi,
  { step, record, isReassertion }: PlannedCall,
): GatewayRecord | undefined {
  return seen.isDeleting || isReassertion ? undefined : withIntent(record, step);
}

export function removedNote({ former }: ExposedApiState): string {
  return `Nothing of this API is left at the gateway; the finalizer is released.${formerNote(former)}`;
}

/** What an Event and the history say of a release without a removal. */
export function releaseNote({ record, former }: RestoredState, why: ReleaseReason): string {
  const { registered, unconfirmed } = record;
  const left = [registered, ...unconfirmed].flatMap((one) => one?.path ?? []);
  return `Released by ${why} without a removal; left at the gateway: ${left.map(inMarkdown).join(', ') || 'nothing known'}.${formerNote(former)}`;
}

/** What nobody removes any more. */
function formerNote(former: FormerGateways = []): string {
  return former.length === 0 ? '' : ` Left at a former gateway: ${inMarkdown(describeFormer(former))}.`;
}
