import { patched, sleep } from '@temporalio/workflow';
import { endpointOf, type EntryOutcome } from '../../src/domain/exposedApi/status.ts';
import { componentReport } from '../../src/domain/exposedApi/entryUpdate.ts';
import { lastingFrom } from '../../src/domain/registration/retry.ts';
import { EMPTY_RECORD, type GatewayRecord, isClear } from '../../src/domain/registration/record.ts';
import { desiredAt, type Action, actionOf } from '../../src/domain/exposedApi/action.ts';
import type { Abandonment } from '../../src/domain/exposedApi/state.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { doubtWhenDue } from '../../src/domain/registration/plan.ts';
import { REASONS } from '../../src/domain/kubernetes/reasons.ts';
import { registrationCondition } from '../../src/domain/exposedApi/registrationCondition.ts';
import { kubernetes } from '../activityProxies.ts';
import { ensureFinalizer } from './ensureFinalizer.ts';
import { executePlan } from './executePlan.ts';
import { restoreState, type Session } from './session.ts';
import { updateVisibility } from './visibility.ts';

/** `ended`: the resource is gone and so is its registration, unless a person decided otherwise. `waiting`: until a signal, or until `wakeAt`. */
export type RoundEnd =
  /** `how`: undefined where nothing was left to do. */
  | { readonly kind: 'ended'; readonly how: string | undefined }
  | { readonly kind: 'again' }
  | { readonly kind: 'waiting'; readonly wakeAt: number | undefined };

interface Place {
  readonly ref: ResourceRef;
  /** CLUSTER_NAME. */
  readonly cluster: string;
}

/** How often to look whether the workflow of a resource that is gone has cleared a path. */
const GONE_LOOK_MS = 3_000;

/** Observe, plan, act, report: once. */
export async function runRound(session: Session, place: Place): Promise<RoundEnd> {
  return act(session, place, await kubernetes.observeApi(place.ref, session.atLeast));
}

async function act(session: Session, place: Place, seen: Observation): Promise<RoundEnd> {
  const { ref } = place;
  session.seen = seen;
  const record = restoreState(session, seen);
  const action = actionOf(seen, session.state);
  if (action.kind === 'abandoned') return abandon(session, ref, action.why);
  if (!(await ensureFinalizer(ref, seen, record))) return { kind: 'again' };
  if (action.kind !== 'untouched') {
    const pursuit = await executePlan(session, record, { ...place, seen, action });
    if (pursuit === 'interrupted') return { kind: 'again' };
    if (typeof pursuit === 'object' && seen.kind === 'present')
      return act(session, place, { ...seen, pathOwner: pursuit });
    if (pursuit === 'done' && isLeaving(seen, action)) return remove(ref, seen, record);
  }
  if (seen.kind === 'absent') return { kind: 'waiting', wakeAt: nextWake(session, action, undefined) };
  const end = await report(session, ref, seen, action);
  return (await reassert(session, place, seen, action)) ?? end;
}

/**
 * Sends again what was confirmed long ago, where REASSERT_INTERVAL asks for it. It comes last, for it is news to nobody; until the
 * gateway has answered, everything is told as before.
 */
async function reassert(
  session: Session,
  place: Place,
  seen: PresentApi,
  action: Action,
): Promise<RoundEnd | undefined> {
  const { record: confirmed = EMPTY_RECORD, registeredAt } = session.state;
  const doubted = doubtWhenDue(confirmed, desiredAt(action), {
    registeredAt,
    intervalMs: seen.settings.reassertIntervalMs,
    now: Date.now(),
  });
  if (doubted === undefined) return undefined;
  const pursuit = await executePlan(session, doubted, { ...place, seen, action, isReassertion: true });
  if (pursuit === 'done' || pursuit === 'waiting') return report(session, place.ref, seen, action);
  // It was not sent, so there is nothing to doubt.
  session.state = { ...session.state, record: confirmed };
  return { kind: 'again' };
}

const REMOVED = 'Nothing of this API is left at the gateway; the finalizer is released.';

function isLeaving(seen: Observation, action: Action): boolean {
  return seen.kind === 'absent' || (action.kind === 'cleared' && action.release);
}

async function remove(ref: ResourceRef, seen: Observation, before: GatewayRecord): Promise<RoundEnd> {
  if (seen.kind === 'present')
    await kubernetes.releaseApi({ ref, uid: seen.uid, why: 'Removed', note: REMOVED });
  return { kind: 'ended', how: seen.kind === 'absent' && isClear(before) ? undefined : REMOVED };
}

/** A person's decision: the registration stays, or its fate stays unknown. The Event and this history are the audit. */
async function abandon(session: Session, ref: ResourceRef, why: Abandonment): Promise<RoundEnd> {
  const { seen, state } = session;
  const left = [state.record?.registered, ...(state.record?.unconfirmed ?? [])].flatMap(
    (one) => one?.path ?? [],
  );
  session.state = { ...state, record: EMPTY_RECORD };
  // Before the finalizer goes the history must hold the decision: to a second look the resource would just be gone.
  if (seen?.kind === 'present' && patched('decide-before-release'))
    await sleep(1, { summary: 'the decision is recorded first' });
  const note = `Released by ${why} without a removal; left at the gateway: ${left.join(', ') || 'nothing known'}.`;
  if (seen?.kind === 'present') await kubernetes.releaseApi({ ref, uid: seen.uid, why: 'Released', note });
  return { kind: 'ended', how: note };
}

async function report(
  session: Session,
  ref: ResourceRef,
  seen: PresentApi,
  action: Action,
): Promise<RoundEnd> {
  const { state } = session;
  const record = state.record ?? EMPTY_RECORD;
  const standing = registrationCondition(seen, action, record, { failures: state.failures, now: Date.now() });
  const served = endpointOf(seen, standing, record);
  const component = seen.isDeleting
    ? {}
    : componentReport(seen, served, { notReadySince: state.notReadySince, now: Date.now() });
  const entry = await updateComponentEntry(ref, seen, component.entry, served.url);
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
  updateVisibility(session, seen, served.url);
  return { kind: 'waiting', wakeAt: nextWake(session, action, component.lowerAt) };
}

/** The entry goes first, so that one status write can say how it went. */
async function updateComponentEntry(
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

function nextWake({ state }: Session, action: Action, lowerAt: number | undefined): number | undefined {
  const isActive = action.kind !== 'untouched';
  const times = [
    lowerAt,
    // No event tells when a workflow has ended.
    action.kind === 'outranked' && action.pathOwner.why === 'gone' ? Date.now() + GONE_LOOK_MS : undefined,
    isActive ? state.failures?.nextAttemptAt : undefined,
    isActive ? state.record?.inFlightUntil : undefined,
    delayTellingAt(state, action),
  ].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** A deletion that is held for long is told when it has become long, not at the next try. */
function delayTellingAt({ failures, standing }: Session['state'], action: Action): number | undefined {
  if (failures === undefined || action.kind !== 'cleared' || !action.release) return undefined;
  return standing?.reason === REASONS.removing ? lastingFrom(failures) : undefined;
}
