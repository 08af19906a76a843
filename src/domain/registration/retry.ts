import { backoffMs, type Backoff } from '../kubernetes/backoff.ts';
import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import type { Step } from './record.ts';
import { describeReply, type Outcome } from './outcome.ts';
import { type Reason, REASONS } from '../kubernetes/reasons.ts';

/** Tries of one call that failed in a row; another call starts afresh. */
export interface Failures {
  /** Those that the workflow saw; what Temporal repeats is not counted. */
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly nextAttemptAt: number;
  readonly reason: Reason;
  /** A sentence without its full stop. */
  readonly cause: string;
  /** Identifies the call that failed, so that another one does not wait for its turn. */
  readonly call: string;
}

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
      : retryDelayMs(count, random, outcome.kind === 'rejected' ? 0 : outcome.retryAfterMs);
  return {
    count,
    since: isSame ? before.since : now,
    nextAttemptAt: now + wait,
    reason: REASON_OF[outcome.kind],
    cause: describeReply(outcome.reply),
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

export function isSameStep(a: Step, b: Step): boolean {
  return callOf(a) === callOf(b);
}

/** Was the call surely not done, so that repeating it can do no harm? */
export function isNotDone(failures: Failures | undefined): boolean {
  return failures?.reason === REASONS.gatewayUnavailable;
}

/** With its next try due; undefined where the gateway's answer was a refusal, which another try would only repeat. */
export function dueNow(failures: Failures, now: number): Failures | undefined {
  if (failures.reason === REASONS.gatewayRejected) return undefined;
  return { ...failures, nextAttemptAt: Math.min(failures.nextAttemptAt, now) };
}

/** Longer than a minute is worth an Event; before that, the gateway may just be starting anew. */
const LONG_MS = 60_000;

/** From when on these failures count as lasting, in milliseconds since the epoch. */
export function lastingFrom({ since }: Failures): number {
  return since + LONG_MS;
}

/** Identifies a call: the same text for the same one only. */
export function callOf(step: Step): string {
  return canonicalJson(step);
}

/** Up to a fifth off, so that a thousand waiting APIs do not come back in one moment. */
const GATEWAY_BACKOFF: Backoff = { baseMs: 1_000, maxMs: 60_000, jitter: 0.2 };
/** A rejected API is asked for again this rarely: the gateway's rules may have changed without anyone telling. */
export const REJECTED_RETRY_MS = 30 * 60_000;

/**
 * Waiting time before the next try of a gateway, or of another server, that does not answer.
 * @param failures tries that failed in a row, at least 1
 * @param random in [0, 1)
 * @param retryAfterMs what the server asked for: a lower bound
 */
export function retryDelayMs(failures: number, random: number, retryAfterMs = 0): number {
  return Math.max(retryAfterMs, backoffMs(GATEWAY_BACKOFF, failures, random));
}
