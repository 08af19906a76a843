import { addFailure, isRepeat, isWaiting } from '../../src/domain/registration/retry.ts';
import {
  withAccepted,
  withIntent,
  withUnknown,
  type GatewayRecord,
  type Step,
} from '../../src/domain/registration/record.ts';
import { desiredAt, type Action } from '../../src/domain/exposedApi/action.ts';
import { gatewayTaskQueue, type ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { PathOwner } from '../../src/domain/exposedApi/pathClaim.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import { plan } from '../../src/domain/registration/plan.ts';
import { kubernetes, type Urgency } from '../activityProxies.ts';
import { callGateway } from './gatewayCall.ts';
import type { Session } from './session.ts';

/**
 * `interrupted`: something changed, so the next step would be taken on old knowledge. `waiting`: for a next try, or for
 * calls of unknown outcome to end. A rival: the path is another API's, which came to light only now.
 */
export type Progress = 'done' | 'waiting' | 'interrupted' | PathOwner;

interface Task {
  readonly ref: ResourceRef;
  /** CLUSTER_NAME. */
  readonly cluster: string;
  readonly seen: Observation;
  readonly action: Action;
  /** Sends only what was confirmed before. */
  readonly isReassertion?: boolean;
}

/** Takes one step after the other, strictly serially, until the gateway is where the goal wants it. */
export async function executePlan(session: Session, initial: GatewayRecord, task: Task): Promise<Progress> {
  const { settings } = task.seen;
  let record = initial;
  for (;;) {
    const next = plan(record, desiredAt(task.action), { pathChange: settings.pathChange, now: Date.now() });
    record = next.record;
    session.state = { ...session.state, record };
    if (next.kind !== 'call') {
      session.state = { ...session.state, failures: undefined };
      return next.kind === 'done' ? 'done' : 'waiting';
    }
    if (isWaiting(session.state.failures, next.step, Date.now())) return 'waiting';
    if (session.isChanged) return 'interrupted';
    const held = await hold(session, task, { record, step: next.step });
    if (held === false) return 'interrupted';
    if (held !== true) return held;
    const outcome = await callGateway(next.step, {
      taskQueue: gatewayTaskQueue(task.seen.gateway, task.cluster),
      timeoutMs: settings.gatewayTimeoutMs,
      api: { ref: task.ref, uid: session.state.uid ?? '' },
      urgency: urgencyOf(session, task, next.step),
      isObsolete: settings.takesBackWaitingCalls ? () => session.isChanged : undefined,
    });
    if (outcome === 'takenBack') return 'interrupted';
    if (outcome.kind === 'conflict') return outcome.owner;
    record = recordOutcome(session, {
      record,
      step: next.step,
      outcome,
      timeoutMs: settings.gatewayTimeoutMs,
    });
    if (outcome.kind !== 'accepted') return 'waiting';
  }
}

/**
 * No call goes out before the resource itself says what it puts in doubt. Only the removal of what is being deleted needs no
 * such word: there, everything recorded goes anyway.
 */
async function hold(
  session: Session,
  { ref, seen }: Task,
  { record, step }: { readonly record: GatewayRecord; readonly step: Step },
): Promise<boolean | PathOwner> {
  if (seen.kind === 'absent' || seen.isDeleting) return step.verb === 'remove';
  const { path } = step.registration;
  const isNewPath = step.verb === 'register' && !isOwnPath(session.state.ownPath, record, path);
  const held = await kubernetes.recordIntent({
    ref,
    uid: seen.uid,
    record: withIntent(record, step),
    ...(isNewPath ? { path } : {}),
  });
  if (held === true && isNewPath) session.state = { ...session.state, ownPath: path };
  return held;
}

/** Had to itself once, and never given up since: nobody else can have got it. */
function isOwnPath(
  ownPath: string | undefined,
  { registered, unconfirmed }: GatewayRecord,
  path: string,
): boolean {
  return registered?.path === path || (ownPath === path && unconfirmed.some((one) => one.path === path));
}

function urgencyOf({ state }: Session, { isReassertion = false }: Task, step: Step): Urgency {
  if (isRepeat(state.failures, step)) return 'repeat';
  return isReassertion ? 'reassertion' : 'change';
}

interface Answer {
  readonly record: GatewayRecord;
  readonly step: Step;
  readonly outcome: Outcome;
  readonly timeoutMs: number;
}

function recordOutcome(
  session: Session,
  { record: before, step, outcome, timeoutMs }: Answer,
): GatewayRecord {
  const now = Date.now();
  const { state } = session;
  if (outcome.kind === 'accepted') {
    const record = withAccepted(before, step);
    const registeredAt = step.verb === 'register' ? new Date(now).toISOString() : state.registeredAt;
    session.state = { ...state, record, registeredAt, lastReply: outcome.reply, failures: undefined };
    return record;
  }
  const record = outcome.kind === 'unknown' ? withUnknown(before, step, now + timeoutMs) : before;
  const failures = addFailure(state.failures, step, outcome, { now, random: Math.random() });
  session.state = { ...state, record, lastReply: outcome.reply, failures };
  return record;
}
