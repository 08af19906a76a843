import { recordOutcome, restoreState, type RestoredState } from '../../src/domain/exposedApi/memory.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import type { ExposedApiState } from '../../src/domain/exposedApi/state.ts';
import { newestOf, type Versions } from '../../src/domain/kubernetes/versions.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import { EMPTY_RECORD } from '../../src/domain/registration/record.ts';
import type { PlannedCall } from './round.ts';

/** What is known of one API; whoever holds it alone changes it. */
export class ApiMemory {
  state: ExposedApiState;
  /** The last observation. */
  seen: Observation | undefined;
  /** What the next observation must not be older than. */
  atLeast: Versions = {};

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
    this.state = state;
    return state;
  }

  recordOutcome({ settings }: Observation, { step, record }: PlannedCall, outcome: Outcome): void {
    const moment = { timeoutMs: settings.gatewayTimeoutMs, now: Date.now(), random: Math.random() };
    this.state = recordOutcome({ ...this.state, record }, { step, outcome, ...moment });
  }

  mustSee(versions: Versions): void {
    this.atLeast = newestOf(this.atLeast, versions);
  }
}
