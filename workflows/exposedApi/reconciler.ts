import { patched, sleep } from '@temporalio/workflow';
import { endpointOf, type EntryOutcome } from '../../src/domain/exposedApi/status.ts';
import { componentReport } from '../../src/domain/exposedApi/entryUpdate.ts';
import { lastingFrom } from '../../src/domain/registration/retry.ts';
import { EMPTY_RECORD, type GatewayRecord, isClear } from '../../src/domain/registration/record.ts';
import { desiredAt, type Goal, goalOf } from '../../src/domain/exposedApi/action.ts';
import type { Abandonment } from '../../src/domain/exposedApi/state.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { doubtWhenDue } from '../../src/domain/registration/plan.ts';
import { REASONS } from '../../src/domain/kubernetes/reasons.ts';
import { standingOf } from '../../src/domain/exposedApi/registrationCondition.ts';
import { kubernetes } from '../activityProxies.ts';
import { holdAgain } from './ensureFinalizer.ts';
import { pursue } from './executePlan.ts';
import { recall, type Session } from './session.ts';
import { show } from './visibility.ts';

/** `ended`: the resource is gone and so is its registration, unless a person decided otherwise. `waiting`: until a signal, or until `wakeAt`. */
export type RoundEnd =
  /** `how`: undefined where nothing was left to do. */
  | { readonly kind: 'ended'; readonly how: string | undefined }
  | { readonly kind: 'again' }
  | { readonly kind: 'waiting'; readonly wakeAt: number | undefined };

interface Place {
  readonly ref: ResourceRef;
  readonly gatewayQueue: string;
}

/** How often to look whether the workflow of a resource that is gone has cleared a path. */
const GONE_LOOK_MS = 3_000;

/** Observe, plan, act, report: once. */
export async function runRound(session: Session, place: Place): Promise<RoundEnd> {
  return act(session, place, await kubernetes.observeApi(place.ref));
}

async function act(session: Session, place: Place, seen: Observation): Promise<RoundEnd> {
  const { ref } = place;
  session.seen = seen;
  const record = recall(session, seen);
  const goal = goalOf(seen, session.state);
  if (goal.kind === 'abandoned') return abandon(session, ref, goal.why);
  if (!(await holdAgain(ref, seen, record))) return { kind: 'again' };
  if (goal.kind !== 'untouched') {
    const pursuit = await pursue(session, record, { ...place, seen, goal });
    if (pursuit === 'interrupted') return { kind: 'again' };
    if (typeof pursuit === 'object' && seen.kind === 'present')
      return act(session, place, { ...seen, rival: pursuit });
    if (pursuit === 'done' && isLeaving(seen, goal)) return remove(ref, seen, record);
  }
  if (seen.kind === 'absent') return { kind: 'waiting', wakeAt: nextWake(session, goal, undefined) };
  const end = await report(session, ref, seen, goal);
  return (await reassert(session, place, seen, goal)) ?? end;
}

/**
 * Sends again what was confirmed long ago, where REASSERT_INTERVAL asks for it. It comes last, for it is news to nobody; until the
 * gateway has answered, everything is told as before.
 */
async function reassert(
  session: Session,
  place: Place,
  seen: PresentApi,
  goal: Goal,
): Promise<RoundEnd | undefined> {
  const { record: confirmed = EMPTY_RECORD, registeredAt } = session.state;
  const doubted = doubtWhenDue(confirmed, desiredAt(goal), {
    registeredAt,
    intervalMs: seen.settings.reassertIntervalMs,
    now: Date.now(),
  });
  if (doubted === undefined) return undefined;
  const pursuit = await pursue(session, doubted, { ...place, seen, goal, isReassertion: true });
  if (pursuit === 'done' || pursuit === 'waiting') return report(session, place.ref, seen, goal);
  // It was not sent, so there is nothing to doubt.
  session.state = { ...session.state, record: confirmed };
  return { kind: 'again' };
}

const REMOVED = 'Nothing of this API is left at the gateway; the finalizer is released.';

function isLeaving(seen: Observation, goal: Goal): boolean {
  return seen.kind === 'absent' || (goal.kind === 'cleared' && goal.release);
}

async function remove(ref: ResourceRef, seen: Observation, before: GatewayRecord): Promise<RoundEnd> {
  if (seen.kind === 'present')
    await kubernetes.releaseApi({ ref, uid: seen.uid, why: 'Removed', note: REMOVED });
  return { kind: 'ended', how: seen.kind === 'absent' && isClear(before) ? undefined : REMOVED };
}

/** A person's decision: the registration stays, or its fate stays unknown. The Event and this history are the audit. */
async function abandon(session: Session, ref: ResourceRef, why: Abandonment): Promise<RoundEnd> {
  const { seen, state } = session;
  const left = [state.record?.registered, ...(state.record?.maybe ?? [])].flatMap((one) => one?.path ?? []);
  session.state = { ...state, record: EMPTY_RECORD };
  // Before the finalizer goes the history must hold the decision: to a second look the resource would just be gone.
  if (seen?.kind === 'present' && patched('decide-before-release'))
    await sleep(1, { summary: 'the decision is recorded first' });
  const note = `Released by ${why} without a removal; left at the gateway: ${left.join(', ') || 'nothing known'}.`;
  if (seen?.kind === 'present') await kubernetes.releaseApi({ ref, uid: seen.uid, why: 'Released', note });
  return { kind: 'ended', how: note };
}

async function report(session: Session, ref: ResourceRef, seen: PresentApi, goal: Goal): Promise<RoundEnd> {
  const { state } = session;
  const record = state.record ?? EMPTY_RECORD;
  const standing = standingOf(seen, goal, record, { failures: state.failures, now: Date.now() });
  const served = endpointOf(seen, standing, record);
  const component = seen.isDeleting
    ? {}
    : componentReport(seen, served, { notReadySince: state.notReadySince, now: Date.now() });
  const entry = await tellComponent(ref, seen, component.entry, served.url);
  session.state = { ...state, standing, notReadySince: component.notReadySince };
  await kubernetes.reportApi({
    ref,
    facts: {
      name: ref.name,
      seen,
      standing,
      record,
      lastReply: state.lastReply,
      registeredAt: record.registered ? state.registeredAt : undefined,
      entry,
    },
  });
  show(session, seen, served.url);
  return { kind: 'waiting', wakeAt: nextWake(session, goal, component.lowerAt) };
}

/** The entry goes first, so that one status write can say how it went. */
async function tellComponent(
  ref: ResourceRef,
  seen: PresentApi,
  entry: ReturnType<typeof componentReport>['entry'],
  url: string | undefined,
): Promise<EntryOutcome> {
  const { component, uid } = seen;
  if (component === undefined || seen.entry === 'noParent') return 'noComponent';
  if (entry === undefined) return url === undefined ? 'waitingForUrl' : 'written';
  return kubernetes.reportComponentEntry({ ref, uid, component, entry });
}

function nextWake({ state }: Session, goal: Goal, lowerAt: number | undefined): number | undefined {
  const isActive = goal.kind !== 'untouched';
  const times = [
    lowerAt,
    // No event tells when a workflow has ended.
    goal.kind === 'outranked' && goal.rival.why === 'gone' ? Date.now() + GONE_LOOK_MS : undefined,
    isActive ? state.failures?.nextAttemptAt : undefined,
    isActive ? state.record?.stragglersUntil : undefined,
    delayTellingAt(state, goal),
  ].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** A deletion that is held for long is told when it has become long, not at the next try. */
function delayTellingAt({ failures, standing }: Session['state'], goal: Goal): number | undefined {
  if (failures === undefined || goal.kind !== 'cleared' || !goal.release) return undefined;
  return standing?.reason === REASONS.removing ? lastingFrom(failures) : undefined;
}
