import { releaseReasonOf } from './action.ts';
import type { Observation } from './observation.ts';
import { NEW_STATE, type ExposedApiState } from './state.ts';
import type { Outcome } from '../registration/outcome.ts';
import {
  EMPTY_RECORD,
  restoreRecord,
  withAccepted,
  withUnknown,
  type GatewayRecord,
  type Step,
} from '../registration/record.ts';
import { addFailure } from '../registration/retry.ts';

/** With a record for sure. */
export type RestoredState = ExposedApiState & { readonly record: GatewayRecord };

/**
 * What a round starts from: the workflow's own memory first, the resource's status where there is none.
 * @param now milliseconds since the epoch; what the status holds in doubt may be in flight for one gateway time-out more
 */
export function restoreState(before: ExposedApiState, seen: Observation, now: number): RestoredState {
  if (seen.kind === 'absent') return { ...before, record: before.record ?? EMPTY_RECORD };
  const isAnother = before.uid !== undefined && before.uid !== seen.uid;
  // Made anew under the same name: what a person said was about the other; what is at the gateway is still there.
  const state = isAnother ? { ...NEW_STATE, record: before.record } : before;
  return {
    ...state,
    uid: seen.uid,
    gateway: seen.gateway,
    record: state.record ?? restoreRecord(seen.published, now + seen.settings.gatewayTimeoutMs),
    registeredAt: state.registeredAt ?? seen.registeredAt,
    releaseReason: releaseReasonOf(seen),
  };
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
    return {
      ...state,
      record: withAccepted(record, step),
      registeredAt,
      lastReply,
      failures: undefined,
      inLine: undefined,
    };
  }
  return {
    ...state,
    record: outcome.kind === 'unknown' ? withUnknown(record, step, now + timeoutMs) : record,
    failures: addFailure(state.failures, step, outcome, { now, random }),
    inLine: undefined,
    lastReply,
  };
}
