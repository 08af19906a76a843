import { releaseReasonOf } from './action.ts';
import { everythingOf, type FormerGateways, leaveAt, mergeFormer, withoutGateway } from './formerGateways.ts';
import type { Observation, PresentApi } from './observation.ts';
import { NEW_STATE, type ExposedApiState } from './state.ts';
import { gatewayHost } from '../kubernetes/names.ts';
import type { Outcome } from '../registration/outcome.ts';
import {
  EMPTY_RECORD,
  mergeRecords,
  restoreRecord,
  withAccepted,
  withDoubt,
  withUnknown,
  type GatewayRecord,
  type Step,
} from '../registration/record.ts';
import { addFailure } from '../registration/retry.ts';

/** With a record for sure. */
export type RestoredState = ExposedApiState & { readonly record: GatewayRecord };

/**
 * What a round starts from: the workflow's own memory first, the resource's status where there is none. A status that is about another
 * resource or another gateway, and a memory that is older than the status, tell only what may be at the gateway.
 * @param now milliseconds since the epoch; what the status holds in doubt may be in flight for one gateway time-out more
 */
export function restoreState(before: ExposedApiState, seen: Observation, now: number): RestoredState {
  if (seen.kind === 'absent') return { ...before, record: before.record ?? EMPTY_RECORD };
  const isAnother = before.uid !== undefined && before.uid !== seen.uid;
  // Made anew under the same name: what a person said was about the other; what is at the gateway is still there.
  const { record, revision, former: formerBefore } = before;
  const state = isAnother ? { ...NEW_STATE, record, revision, former: formerBefore } : before;
  const former = restoredFormer(before, seen);
  return {
    ...state,
    uid: seen.uid,
    gateway: seen.gateway,
    recordedAs: seen.recordedAs,
    record: restoredRecord(before, seen, now),
    // None is written before the first intent.
    revision: Math.max(revision ?? 0, isOwn(seen) ? (seen.revision ?? 0) : 0) || undefined,
    registeredAt: state.registeredAt ?? seen.registeredAt,
    releaseReason: releaseReasonOf(seen),
    ...(former.length > 0 || before.former ? { former } : {}),
  };
}

/** As the record: the workflow's own memory, unless the status is ahead. What was the record of another gateway is left there. */
function restoredFormer(before: ExposedApiState, seen: PresentApi): FormerGateways {
  const { record, former = [], gateway = '', recordedAs = gateway } = before;
  if (record === undefined) return seen.former ?? [];
  const moved = isElsewhere(before, seen) ? leaveAt(former, recordedAs, everythingOf(record)) : former;
  const all = aheadOf(before, seen) > 0 ? mergeFormer(moved, seen.former ?? []) : moved;
  return withoutGateway(all, seen.recordedAs ?? seen.gateway);
}

/** How many revisions the status is ahead of what is remembered. */
function aheadOf({ revision = 0 }: ExposedApiState, seen: PresentApi): number {
  return isOwn(seen) ? (seen.revision ?? 0) - revision : 0;
}

function restoredRecord(before: ExposedApiState, seen: PresentApi, now: number): GatewayRecord {
  const { record } = before;
  const told = restoreRecord(seen.published, now + seen.settings.gatewayTimeoutMs);
  if (record === undefined) return isOwn(seen) ? told : withDoubt(told);
  if (isElsewhere(before, seen)) return withDoubt(record);
  const ahead = aheadOf(before, seen);
  if (ahead <= 0) return record;
  // One ahead: this workflow recorded an intent and forgot it with its process, before it could make the call.
  const isForgotten = ahead === 1;
  return mergeRecords(record, isForgotten ? { ...told, inFlight: [], inFlightUntil: undefined } : told);
}

/** Was what is remembered done at another gateway, or at one that was only played? */
function isElsewhere({ gateway, recordedAs }: ExposedApiState, seen: PresentApi): boolean {
  if (gateway !== undefined && gateway !== seen.gateway) return true;
  if (recordedAs === undefined || seen.recordedAs === undefined) return false;
  return gatewayHost(recordedAs) !== gatewayHost(seen.recordedAs);
}

function isOwn({ isOwnRecord = true }: PresentApi): boolean {
  return isOwnRecord;
}

interface Ended {
  readonly step: Step;
  readonly outcome: Outcome;
  /** After this the call can no longer arrive. Milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/** What is known when a call has ended. */
export function recordOutcome(
  state: RestoredState,
  { step, outcome, timeoutMs, now, random }: Ended,
): RestoredState {
  const { record } = state;
  const lastReply = outcome.reply;
  if (outcome.kind === 'accepted') {
    const registeredAt = step.verb === 'register' ? new Date(now).toISOString() : state.registeredAt;
    return { ...state, record: withAccepted(record, step), registeredAt, lastReply, failures: undefined };
  }
  return {
    ...state,
    record: outcome.kind === 'unknown' ? withUnknown(record, step, now + timeoutMs) : record,
    failures: addFailure(state.failures, step, outcome, { now, random }),
    lastReply,
  };
}
