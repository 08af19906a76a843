import { actionOf, desiredAt, type Action } from '../../src/domain/exposedApi/action.ts';
import type { RestoredState } from '../../src/domain/exposedApi/memory.ts';
import { nextWake } from '../../src/domain/exposedApi/nextWake.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import { reportOf } from '../../src/domain/exposedApi/report.ts';
import type { ExposedApiState } from '../../src/domain/exposedApi/state.ts';
import { isReassertionDue, plan, type Plan } from '../../src/domain/registration/plan.ts';
import { EMPTY_RECORD } from '../../src/domain/registration/record.ts';
import { isNotDone, isRepeat, isSameStep } from '../../src/domain/registration/retry.ts';
import type { Urgency } from '../../src/domain/registration/urgency.ts';
import type { PlannedCall, Purpose } from './round.ts';

/** A call that is out. */
export interface CallOut {
  readonly next: PlannedCall;
  /** Without what it has waited in line. */
  readonly urgency: Urgency;
  /** Temporal repeats it for as long as it surely is not done; any other failure is judged by the workflow first. */
  readonly isRetried: boolean;
  /** As last looked at; another look that asks for the same call takes its place. */
  purpose: Purpose;
}

export function callOut(next: PlannedCall, purpose: Purpose, { failures }: ExposedApiState): CallOut {
  const isOwnRepeat = isRepeat(failures, next.step);
  return {
    next,
    purpose,
    urgency: isOwnRepeat ? 'repeat' : next.isReassertion ? 'reassertion' : 'change',
    isRetried: isOwnRepeat && isNotDone(failures),
  };
}

/** The next step from what is remembered to what is wanted. */
export function planFor(
  { record = EMPTY_RECORD, registeredAt }: ExposedApiState,
  { seen, action }: Purpose,
): Plan {
  const { pathChange, reassertIntervalMs: intervalMs, dropsHarmless } = seen.settings;
  const now = Date.now();
  return plan(record, desiredAt(action), {
    pathChange,
    now,
    dropsHarmless,
    isReassertionDue: isReassertionDue({ registeredAt, intervalMs, now }),
  });
}

/**
 * When to look around though nobody says so. What Temporal repeats may be out for hours: what else was due in the round is due all the
 * same. Milliseconds since the epoch.
 */
export function firstLookAt(
  { purpose: { seen, action }, isRetried }: CallOut,
  state: RestoredState,
  name: string,
): number | undefined {
  if (!isRetried || seen.kind === 'absent') return undefined;
  const now = Date.now();
  const { lowerAt } = reportOf(name, { state, seen, action }, now).entry;
  return nextWake(state, action, seen, { now, lowerAt, isCallOut: true });
}

/** What is to come of it now. An owner that only the lane knows of still has the path, as far as anybody can tell. */
export function actionBeside(before: Purpose, seen: Observation, state: RestoredState): Action {
  const action = actionOf(seen, state);
  const isKept =
    action.kind === 'register' &&
    before.action.kind === 'unregister' &&
    before.action.conflict !== undefined &&
    before.seen.kind === 'present' &&
    before.seen.pathOwner === undefined &&
    before.seen.path === action.registration.path;
  return isKept ? before.action : action;
}

/**
 * Would just this call be made now, for the same resource at the same gateway?
 * @param isDue a call that waits for its next try is to be made now
 */
export function isStillRight(
  out: CallOut,
  purpose: Purpose,
  { before, now, isDue }: { before: ExposedApiState; now: ExposedApiState; isDue: boolean },
): boolean {
  const { seen, action } = purpose;
  if (now.uid !== before.uid || now.gateway !== before.gateway) return false;
  if (action.kind === 'suspend' || action.kind === 'release') return false;
  if (seen.kind === 'present' && !seen.isDeleting && !seen.holdsFinalizer) return false;
  const next = planFor(now, purpose);
  if (next.kind !== 'call' || !isSameStep(next.step, out.next.step)) return false;
  const isAskedFor = out.urgency === 'repeat' && !isRepeat(now.failures, next.step);
  return !isAskedFor && !(out.isRetried && isDue);
}
