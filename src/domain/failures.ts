import { backoffMs, REJECTED_RETRY_MS } from './backoff.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { Failures } from './exposedApiState.ts';
import type { Step } from './gatewayRecord.ts';
import type { Outcome } from './outcome.ts';
import { REASONS, type Reason } from './reasons.ts';

type Failed = Exclude<Outcome, { kind: 'accepted' }>;

const REASON_OF: Record<Failed['kind'], Reason> = {
  rejected: REASONS.gatewayRejected,
  unavailable: REASONS.gatewayUnavailable,
  unknown: REASONS.outcomeUnknown,
};

/** Counts on while the same call fails; a rejected registration is asked for rarely, a rejected removal like any failure. */
export function addFailure(
  before: Failures | undefined,
  step: Step,
  outcome: Failed,
  { now, random }: { readonly now: number; readonly random: number },
): Failures {
  const call = callOf(step);
  const isSame = before?.call === call;
  const count = isSame ? before.count + 1 : 1;
  const wait =
    outcome.kind === 'rejected' && step.verb === 'register'
      ? REJECTED_RETRY_MS
      : backoffMs(count, random, outcome.kind === 'rejected' ? 0 : outcome.retryAfterMs);
  return {
    count,
    since: isSame ? before.since : now,
    nextAttemptAt: now + wait,
    reason: REASON_OF[outcome.kind],
    cause: `${outcome.reply.code}: ${outcome.reply.message}`,
    call,
  };
}

/** Has this very call failed, and is its next turn still to come? */
export function isWaiting(failures: Failures | undefined, step: Step, now: number): boolean {
  return failures !== undefined && isRepeat(failures, step) && now < failures.nextAttemptAt;
}

/** Has this very call failed before? */
export function isRepeat(failures: Failures | undefined, step: Step): boolean {
  return failures?.call === callOf(step);
}

/** Longer than a minute is worth an Event; before that, the gateway may just be starting anew. */
const LONG_MS = 60_000;

/** From when on these failures count as lasting, in milliseconds since the epoch. */
export function lastingFrom({ since }: Failures): number {
  return since + LONG_MS;
}

function callOf(step: Step): string {
  return canonicalJson(step);
}
