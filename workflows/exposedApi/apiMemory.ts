import type { FormerGateways } from '../../src/domain/exposedApi/formerGateways.ts';
import { recordOutcome, restoreState, type RestoredState } from '../../src/domain/exposedApi/memory.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import type { ExposedApiState, ReleaseReason } from '../../src/domain/exposedApi/state.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import { newestOf, type Versions } from '../../src/domain/kubernetes/versions.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import {
  EMPTY_RECORD,
  isSameRecord,
  type GatewayRecord,
  type Step,
} from '../../src/domain/registration/record.ts';
import { callOf, dueNow } from '../../src/domain/registration/retry.ts';
import { joinLine, placeInLine, type Place, type Urgency } from '../../src/domain/registration/urgency.ts';
import { type Intent, type PlannedCall, releaseNote } from './round.ts';

/** What is known of one API; whoever holds it alone changes it. */
export class ApiMemory {
  state: ExposedApiState;
  /** The last observation. */
  seen: Observation | undefined;
  /** What the next observation must not be older than. */
  atLeast: Versions = {};
  #announced: GatewayRecord | undefined;

  constructor(state: ExposedApiState) {
    this.state = state;
  }

  /** With a record for sure. */
  get restored(): RestoredState {
    return { ...this.state, record: this.state.record ?? EMPTY_RECORD };
  }

  remember(changes: Partial<ExposedApiState>): void {
    this.state = { ...this.state, ...changes };
  }

  /** Takes in an observation. */
  restore(seen: Observation): RestoredState {
    this.seen = seen;
    const state = restoreState(this.state, seen, Date.now());
    // Who has forgotten how often rounds failed goes by the status.
    const fence = Math.max(state.fence ?? 0, seen.kind === 'present' ? (seen.fence ?? 0) : 0);
    const restored = fence > 0 ? { ...state, fence } : state;
    this.state = restored;
    return restored;
  }

  /** What to record before a call: under a new revision, unless a report has said it already. */
  intentFor(record: GatewayRecord): Pick<Intent, 'record' | 'revision' | 'former'> {
    if (this.#announced === undefined || !isSameRecord(record, this.#announced)) this.#raiseRevision();
    const { revision, former = [] } = this.state;
    return { record, revision, ...(former.length > 0 && { former }) };
  }

  /** What waits for its next try is due now. @returns whether anything was */
  makeDue(): boolean {
    const { failures } = this.state;
    const due = failures && dueNow(failures, Date.now());
    if (due !== undefined) this.remember({ failures: due });
    return due !== undefined;
  }

  /** A report says this beforehand, for the next call. */
  announce(intent: GatewayRecord | undefined): void {
    this.#announced = intent;
    if (intent) this.#raiseRevision();
  }

  /** A round has failed, and its writes may still be under way. */
  raiseFence(): void {
    this.remember({ fence: (this.state.fence ?? 0) + 1 });
  }

  /** The place of this call in front of the gateway. It keeps its age, however often it is taken back. */
  joinLine(step: Step, urgency: Urgency): Place {
    const now = Date.now();
    const inLine = joinLine(this.state.inLine, callOf(step), now);
    this.remember({ inLine });
    return placeInLine(urgency, now - inLine.since, this.state.uid ?? '');
  }

  leaveLine(): void {
    this.remember({ inLine: undefined });
  }

  recordOutcome({ settings }: Observation, { step, record }: PlannedCall, outcome: Outcome): void {
    const moment = { timeoutMs: settings.gatewayTimeoutMs, now: Date.now(), random: Math.random() };
    this.state = recordOutcome({ ...this.state, record }, { step, outcome, ...moment });
    this.#announced = undefined;
    // Who is reset to before this call must see that the status is ahead.
    if (!isSameRecord(record, this.restored.record)) this.#raiseRevision();
  }

  /** A person's decision: what is left stays where it is. @returns what to say of that */
  release(why: ReleaseReason): string {
    const note = releaseNote(this.restored, why);
    this.remember({ record: EMPTY_RECORD, former: undefined });
    return note;
  }

  /** What is left at former gateways after a removal there. Who is reset to before that must see that the status is ahead. */
  leftFormer(former: FormerGateways): void {
    this.remember({ former, formerFailures: undefined });
    this.#raiseRevision();
  }

  /** The view may lag behind our own writes. */
  wrote({ plural }: ResourceRef, resourceVersion: string | undefined): void {
    if (resourceVersion !== undefined) this.mustSee({ [plural]: resourceVersion });
  }

  mustSee(versions: Versions): void {
    this.atLeast = newestOf(this.atLeast, versions);
  }

  /** What is recorded next is newer than all before. */
  #raiseRevision(): void {
    this.remember({ revision: (this.state.revision ?? 0) + 1 });
  }
}
