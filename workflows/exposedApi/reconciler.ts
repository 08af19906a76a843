import { actionOf, unregisterFor, type Action } from '../../src/domain/exposedApi/action.ts';
import { isHeldElsewhere } from '../../src/domain/exposedApi/formerGateways.ts';
import { nextWake } from '../../src/domain/exposedApi/nextWake.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { reportOf } from '../../src/domain/exposedApi/report.ts';
import { NEW_STATE, type ExposedApiState } from '../../src/domain/exposedApi/state.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { Versions } from '../../src/domain/kubernetes/versions.ts';
import type { GatewayRecord } from '../../src/domain/registration/record.ts';
import { isNotDone, isWaiting } from '../../src/domain/registration/retry.ts';
import { ApiMemory } from './apiMemory.ts';
import { actionBeside, callOut, firstLookAt, isStillRight, planFor, type CallOut } from './callOut.ts';
import { clearFormerGateways } from './formerGateways.ts';
import type { CallEnd } from './gatewayCall.ts';
import { finish, releaseByHand } from './leave.ts';
import {
  AGAIN,
  decidedOn,
  intentOf,
  isLeaving,
  needsFinalizer,
  type Acted,
  type Announced,
  type Effects,
  type PlannedCall,
  type Purpose,
  type RoundEnd,
  type Telling,
} from './round.ts';
import type { Look } from './watchCall.ts';

/** How long to wait for the view to show that a resource has gone. */
const GONE_LOOK_MS = 1_000;

/** Keeps one API as it should be, round by round. It alone changes what is remembered of the API. */
export class ExposedApiReconciler {
  readonly #ref: ResourceRef;
  readonly #effects: Effects;
  readonly #memory: ApiMemory;
  #isChanged = false;
  /** Is a call that waits for its next try to be made now? */
  #isDue = false;

  constructor(ref: ResourceRef, effects: Effects, carried: ExposedApiState = NEW_STATE) {
    this.#ref = ref;
    this.#effects = effects;
    this.#memory = new ApiMemory(carried);
  }

  get state(): ExposedApiState {
    return this.#memory.state;
  }

  /** The last observation. */
  get seen(): Observation | undefined {
    return this.#memory.seen;
  }

  /** Has somebody said "look again" since the round began? */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Have the next round look again, at least at this. */
  lookAgain(versions: Versions = {}): void {
    this.#memory.mustSee(versions);
    this.#isChanged = true;
  }

  /** A person's word: remembered, and heeded at once. */
  change(changes: Partial<ExposedApiState>): void {
    this.#memory.remember(changes);
    this.#isChanged = true;
  }

  /** The gateway answers again: what waits for it need not wait on. What it refused has nothing to hope from that. */
  gatewayIsBack(): void {
    if (!this.#memory.makeDue()) return;
    this.#isChanged = true;
    this.#isDue = true;
  }

  /** What a round that failed has left under way must not speak after the next. */
  roundFailed(): void {
    this.#memory.raiseFence();
  }

  /** Forgets everything: what comes now under the name is another API. */
  startOver(): void {
    this.#memory.state = NEW_STATE;
  }

  /** Observe, plan, act, report: once. */
  async reconcile(): Promise<RoundEnd> {
    this.#isChanged = false;
    const seen = await this.#effects.activities.observeApi(this.#ref, this.#memory.atLeast);
    const before = this.#memory.restore(seen);
    const action = actionOf(seen, before);
    if (action.kind === 'release')
      return releaseByHand(this.#effects, this.#ref, { seen, note: this.#memory.release(action.why) });
    if (needsFinalizer(seen, before)) {
      const intent = await this.#recordIntent(seen, before.record);
      if ('end' in intent) return intent.end;
    }
    const acted = await this.#executePlan({ seen, action });
    if ('end' in acted) return acted.end;
    const { seen: last, action: done, next, isDone } = acted;
    const isChanged = (): boolean => this.#isChanged;
    const former = { ref: this.#ref, seen: last, memory: this.#memory, effects: this.#effects, isChanged };
    if (isDone && (await clearFormerGateways(former))) return AGAIN.end;
    if (isDone && isLeaving(last, done) && !isHeldElsewhere(this.state.former, last.settings.formerGateways))
      return finish(this.#effects, this.#ref, { seen: last, before, after: this.state });
    if (last.kind === 'absent')
      return { kind: 'waiting', wakeAt: nextWake(this.state, done, undefined, { now: Date.now() }) };
    // What is sure to be sent again is announced with the failure: one write instead of two.
    const announced = next && isNotDone(this.state.failures) ? intentOf(last, next) : undefined;
    this.#memory.announce(announced);
    return { kind: 'waiting', wakeAt: await this.#report(last, done, { announced }) };
  }

  /** Takes one step after the other, strictly serially, until the gateway is where the action wants it. */
  async #executePlan(decided: Purpose): Promise<Acted> {
    let purpose = decided;
    while (purpose.action.kind !== 'suspend') {
      const next = planFor(this.state, purpose);
      this.#memory.remember({ record: next.record });
      if (next.kind !== 'call') {
        this.#memory.remember({ failures: undefined });
        return { ...purpose, isDone: next.kind === 'done' };
      }
      if (isWaiting(this.state.failures, next.step, Date.now())) return { ...purpose, isDone: false, next };
      if (this.#isChanged) return AGAIN;
      const intent = await this.#announce(purpose.seen, next);
      if ('end' in intent) return intent;
      const out = callOut(next, purpose, this.state);
      const outcome = await this.#call(out, intent.resourceVersion);
      if (outcome.kind === 'takenBack' || outcome.kind === 'passedOver') return AGAIN;
      this.#memory.leaveLine();
      ({ purpose } = out);
      if (outcome.kind === 'conflict') {
        // Nothing was sent; what this API has elsewhere goes all the same.
        purpose = { ...purpose, action: unregisterFor(outcome.owner) };
        continue;
      }
      this.#memory.recordOutcome(purpose.seen, next, outcome);
      if (outcome.kind !== 'accepted') return { ...purpose, isDone: false, next };
    }
    return { ...purpose, isDone: false };
  }

  /** No call goes out before the resource itself says what it puts in doubt. */
  async #announce(seen: Observation, next: PlannedCall): Promise<Announced> {
    if (seen.kind === 'absent') return { resourceVersion: undefined };
    const intent = intentOf(seen, next);
    return intent ? this.#recordIntent(seen, intent) : { resourceVersion: seen.resourceVersion };
  }

  async #recordIntent(seen: PresentApi, record: GatewayRecord): Promise<Announced> {
    const asked = { ref: this.#ref, seen: decidedOn(seen), ...this.#memory.intentFor(record) };
    const intent = await this.#effects.activities.recordIntent(asked);
    this.#memory.wrote(this.#ref, intent.resourceVersion);
    if (intent.kind === 'recorded') return { resourceVersion: intent.resourceVersion };
    // Of what is gone the watch tells; until it has, another look would show the same.
    const isGone = intent.resourceVersion === undefined;
    return isGone ? { end: { kind: 'waiting', wakeAt: Date.now() + GONE_LOOK_MS } } : AGAIN;
  }

  #call(out: CallOut, resourceVersion: string | undefined): Promise<CallEnd> {
    const { next, purpose, urgency, isRetried } = out;
    const { uid = '', gateway = '' } = this.state;
    this.#isDue = false;
    return this.#effects.callGateway(next.step, {
      api: { ref: this.#ref, uid, resourceVersion },
      gateway,
      settings: purpose.seen.settings,
      ...this.#memory.joinLine(next.step, urgency),
      isRetried,
      onlooker: {
        isChanged: () => this.#isChanged,
        wakeAt: firstLookAt(out, this.#memory.restored, this.#ref.name),
        look: () => this.#look(out),
      },
    });
  }

  /** While a call is out: tells what has changed around it, and whether the call is still the one to make. */
  async #look(out: CallOut): Promise<Look> {
    this.#isChanged = false;
    try {
      const before = this.state;
      const seen = await this.#effects.activities.observeApi(this.#ref, this.#memory.atLeast);
      const now = this.#memory.restore(seen);
      const purpose = { seen, action: actionBeside(out.purpose, seen, now) };
      if (!isStillRight(out, purpose, { before, now, isDue: this.#isDue })) {
        this.#isChanged = true;
        return { kind: 'obsolete' };
      }
      out.purpose = purpose;
      if (seen.kind === 'absent') return { kind: 'goOn', wakeAt: undefined };
      const announced = intentOf(seen, out.next);
      const wakeAt = await this.#report(seen, purpose.action, { announced, isCallOut: true });
      this.#effects.show(this.state, seen);
      return { kind: 'goOn', wakeAt };
    } catch (error) {
      this.#isChanged = true;
      this.roundFailed();
      throw error;
    }
  }

  /** @returns when something is due again, in milliseconds since the epoch */
  async #report(
    seen: PresentApi,
    action: Action,
    { announced, isCallOut = false }: Telling,
  ): Promise<number | undefined> {
    const now = Date.now();
    const state = this.#memory.restored;
    const { facts, entry } = reportOf(this.#ref.name, { state, seen, action }, now);
    this.#memory.remember({ condition: facts.condition, notReadySince: entry.notReadySince });
    const reported = await this.#effects.activities.reportApi({
      ref: this.#ref,
      facts: announced === undefined ? facts : { ...facts, announced },
      entry: entry.entry ?? entry.otherwise,
    });
    this.#memory.wrote(this.#ref, reported.resourceVersion);
    return nextWake(this.state, action, seen, {
      now,
      lowerAt: entry.lowerAt,
      isEntryRefused: reported.isEntryRefused,
      isCallOut,
    });
  }
}
