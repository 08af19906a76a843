import { actionOf, desiredAt, unregisterFor, type Action } from '../../src/domain/exposedApi/action.ts';
import { recordOutcome, restoreState, type RestoredState } from '../../src/domain/exposedApi/memory.ts';
import { nextWake } from '../../src/domain/exposedApi/nextWake.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { reportOf } from '../../src/domain/exposedApi/report.ts';
import { NEW_STATE, type ExposedApiState, type ReleaseReason } from '../../src/domain/exposedApi/state.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import { newestOf, type Versions } from '../../src/domain/kubernetes/versions.ts';
import { isReassertionDue, plan, type Plan } from '../../src/domain/registration/plan.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import {
  EMPTY_RECORD,
  isClear,
  withIntent,
  type GatewayRecord,
} from '../../src/domain/registration/record.ts';
import { callOf, isRepeat, isWaiting } from '../../src/domain/registration/retry.ts';
import { joinLine, placeInLine } from '../../src/domain/registration/urgency.ts';
import type { CallEnd } from './gatewayCall.ts';
import {
  AGAIN,
  decidedOn,
  isLeaving,
  needsFinalizer,
  releaseNote,
  REMOVED,
  type Acted,
  type Announced,
  type Effects,
  type RoundEnd,
} from './round.ts';

type PlannedCall = Extract<Plan, { kind: 'call' }>;

/** How long to wait for the view to show that a resource has gone. */
const GONE_LOOK_MS = 1_000;

/** Keeps one API as it should be, round by round. It alone changes what is remembered of the API. */
export class ExposedApiReconciler {
  readonly #ref: ResourceRef;
  readonly #effects: Effects;
  #state: ExposedApiState;
  #seen: Observation | undefined;
  /** What the next observation must not be older than. */
  #atLeast: Versions = {};
  #isChanged = false;

  constructor(ref: ResourceRef, effects: Effects, carried: ExposedApiState = NEW_STATE) {
    this.#ref = ref;
    this.#effects = effects;
    this.#state = carried;
  }

  get state(): ExposedApiState {
    return this.#state;
  }

  /** The last observation. */
  get seen(): Observation | undefined {
    return this.#seen;
  }

  /** Has somebody said "look again" since the round began? */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Have the next round look again, at least at this. */
  lookAgain(versions: Versions = {}): void {
    this.#atLeast = newestOf(this.#atLeast, versions);
    this.#isChanged = true;
  }

  /** A person's word: remembered, and heeded at once. */
  change(changes: Partial<ExposedApiState>): void {
    this.#remember(changes);
    this.#isChanged = true;
  }

  /** Forgets everything: what comes now under the name is another API. */
  startOver(): void {
    this.#state = NEW_STATE;
  }

  /** Observe, plan, act, report: once. */
  async reconcile(): Promise<RoundEnd> {
    this.#isChanged = false;
    const seen = await this.#effects.activities.observeApi(this.#ref, this.#atLeast);
    this.#seen = seen;
    const before = this.#restore(seen);
    const action = actionOf(seen, before);
    if (action.kind === 'release') return this.#release(seen, action.why);
    if (needsFinalizer(seen, before)) {
      const intent = await this.#recordIntent(seen, before.record);
      if ('end' in intent) return intent.end;
    }
    const acted = await this.#executePlan(seen, action);
    if ('end' in acted) return acted.end;
    if (acted.isDone && isLeaving(seen, acted.action)) return this.#finish(seen, before);
    if (seen.kind === 'present') return this.#report(seen, acted.action);
    return { kind: 'waiting', wakeAt: nextWake(this.#state, acted.action, undefined, { now: Date.now() }) };
  }

  /** Takes one step after the other, strictly serially, until the gateway is where the action wants it. */
  async #executePlan(seen: Observation, decided: Action): Promise<Acted> {
    let action = decided;
    while (action.kind !== 'suspend') {
      const next = this.#plan(seen, action);
      this.#remember({ record: next.record });
      if (next.kind !== 'call') {
        this.#remember({ failures: undefined });
        return { action, isDone: next.kind === 'done' };
      }
      if (isWaiting(this.#state.failures, next.step, Date.now())) break;
      if (this.#isChanged) return AGAIN;
      const intent = await this.#announce(seen, next);
      if ('end' in intent) return intent;
      const outcome = await this.#call(seen, next, intent.resourceVersion);
      if (outcome.kind === 'takenBack' || outcome.kind === 'passedOver') return AGAIN;
      if (outcome.kind === 'conflict') {
        this.#remember({ inLine: undefined });
        // Nothing was sent; what this API has elsewhere goes all the same.
        action = unregisterFor(outcome.owner);
        continue;
      }
      this.#recordOutcome(seen, next, outcome);
      if (outcome.kind !== 'accepted') break;
    }
    return { action, isDone: false };
  }

  #plan(seen: Observation, action: Action): Plan {
    const { record = EMPTY_RECORD, registeredAt } = this.#state;
    const { pathChange, reassertIntervalMs: intervalMs } = seen.settings;
    const now = Date.now();
    return plan(record, desiredAt(action), {
      pathChange,
      now,
      isReassertionDue: isReassertionDue({ registeredAt, intervalMs, now }),
    });
  }

  /**
   * No call goes out before the resource itself says what it puts in doubt. Only the removal of what is being deleted needs no such
   * word, for there everything recorded goes anyway; nor does a re-assertion, which puts nothing in doubt.
   */
  async #announce(seen: Observation, { step, record, isReassertion }: PlannedCall): Promise<Announced> {
    if (seen.kind === 'absent') return { resourceVersion: undefined };
    if (seen.isDeleting || isReassertion) return { resourceVersion: seen.resourceVersion };
    return this.#recordIntent(seen, withIntent(record, step));
  }

  async #recordIntent(seen: PresentApi, record: GatewayRecord): Promise<Announced> {
    const { activities } = this.#effects;
    const intent = await activities.recordIntent({ ref: this.#ref, seen: decidedOn(seen), record });
    this.#wrote(intent.resourceVersion);
    if (intent.kind === 'recorded') return { resourceVersion: intent.resourceVersion };
    // Of what is gone the watch tells; until it has, another look would show the same.
    if (intent.resourceVersion === undefined)
      return { end: { kind: 'waiting', wakeAt: Date.now() + GONE_LOOK_MS } };
    return AGAIN;
  }

  #call(
    seen: Observation,
    { step, isReassertion }: PlannedCall,
    resourceVersion: string | undefined,
  ): Promise<CallEnd> {
    const { settings } = seen;
    const { uid = '', gateway = '', failures } = this.#state;
    const asked = isRepeat(failures, step) ? 'repeat' : isReassertion ? 'reassertion' : 'change';
    const inLine = joinLine(this.#state.inLine, callOf(step), Date.now());
    this.#remember({ inLine });
    return this.#effects.callGateway(step, {
      api: { ref: this.#ref, uid, resourceVersion },
      gateway,
      settings,
      ...placeInLine(asked, Date.now() - inLine.since, uid),
      isObsolete: settings.takesBackWaitingCalls ? () => this.#isChanged : undefined,
    });
  }

  async #report(seen: PresentApi, action: Action): Promise<RoundEnd> {
    const now = Date.now();
    const state = { ...this.#state, record: this.#state.record ?? EMPTY_RECORD };
    const { facts, entry } = reportOf(this.#ref.name, { state, seen, action }, now);
    this.#remember({ condition: facts.condition, notReadySince: entry.notReadySince });
    const reported = await this.#effects.activities.reportApi({
      ref: this.#ref,
      facts,
      entry: entry.entry ?? entry.otherwise,
    });
    this.#wrote(reported.resourceVersion);
    const { isEntryRefused } = reported;
    const wakeAt = nextWake(this.#state, action, seen, { now, lowerAt: entry.lowerAt, isEntryRefused });
    return { kind: 'waiting', wakeAt };
  }

  async #finish(seen: Observation, before: RestoredState): Promise<RoundEnd> {
    if (seen.kind === 'absent') return { kind: 'ended', how: isClear(before.record) ? undefined : REMOVED };
    const { uid } = seen;
    await this.#effects.activities.releaseApi({ ref: this.#ref, uid, why: 'Removed', note: REMOVED });
    return { kind: 'ended', how: REMOVED };
  }

  /** A person's decision: the registration stays, or its fate stays unknown. The Event and this history are the audit. */
  async #release(seen: Observation, why: ReleaseReason): Promise<RoundEnd> {
    const note = releaseNote(this.#state.record ?? EMPTY_RECORD, why);
    this.#remember({ record: EMPTY_RECORD });
    if (seen.kind === 'present') {
      // Before the finalizer goes the history must hold the decision: to a second look the resource would just be gone.
      await this.#effects.checkpoint();
      await this.#effects.activities.releaseApi({ ref: this.#ref, uid: seen.uid, why: 'Released', note });
    }
    return { kind: 'ended', how: note };
  }

  #restore(seen: Observation): RestoredState {
    const state = restoreState(this.#state, seen, Date.now());
    this.#state = state;
    return state;
  }

  #recordOutcome({ settings }: Observation, { step, record }: PlannedCall, outcome: Outcome): void {
    const moment = { timeoutMs: settings.gatewayTimeoutMs, now: Date.now(), random: Math.random() };
    this.#state = recordOutcome({ ...this.#state, record }, { step, outcome, ...moment });
  }

  #remember(changes: Partial<ExposedApiState>): void {
    this.#state = { ...this.#state, ...changes };
  }

  /** The view may lag behind our own writes. */
  #wrote(resourceVersion: string | undefined): void {
    if (resourceVersion !== undefined)
      this.#atLeast = newestOf(this.#atLeast, { [this.#ref.plural]: resourceVersion });
  }
}
