import type { ExposedApiActivities } from '../../../activities/types.ts';
import { createApiActivities } from '../../../activities/index.ts';
import type { ExposedApiState } from '../../../src/domain/exposedApi/state.ts';
import type { Step } from '../../../src/domain/registration/record.ts';
import { EXPOSED_APIS } from '../../../src/domain/kubernetes/names.ts';
import { canonicalPath } from '../../../src/domain/registration/canonicalPath.ts';
import type { GatewayKey } from '../../../src/domain/registration/gatewayKey.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';
import type { RoundSettings } from '../../../src/domain/exposedApi/observation.ts';
import type { Outcome } from '../../../src/domain/registration/outcome.ts';
import type { CallContext, CallEnd } from '../../../workflows/exposedApi/gatewayCall.ts';
import { ExposedApiReconciler } from '../../../workflows/exposedApi/reconciler.ts';
import { modelArbiter } from '../gateway/modelLane.ts';
import type { PathArbiter } from '../../../src/paths/arbiter.ts';
import { ModelCluster, refOf } from '../cluster/modelCluster.ts';
import { ModelGateway } from '../gateway/modelGateway.ts';

/** How an activity ends. Those of the API server know only the first three. */
export const ANSWERS = ['fine', 'twice', 'fails', 'lostAndDone', 'lost', 'late'] as const;
export type Answer = (typeof ANSWERS)[number];

/** One workflow; `undefined` between its end and its next start. */
interface Life {
  reconciler: ExposedApiReconciler | undefined;
  isInRound: boolean;
  wakeAt: number | undefined;
  /** Raised when what runs is lost; what began before never goes on. */
  generation: number;
  /** What it remembered after each round. */
  past: ExposedApiState[];
  /** Has the call that waits in line look around. */
  onLook: () => void;
}

interface Pending {
  readonly name: string;
  readonly isCall: boolean;
  readonly end: (answer: Answer, delayMs: number) => Promise<void>;
}

/** Rounds of several APIs, each known by its `<namespace>/<name>`, interleaved at every activity as the test says, on the real workflow and activity code. */
export class ModelLives {
  readonly cluster: ModelCluster;
  readonly gateway: ModelGateway;
  /** Registrations that took a path away from another API that had it. */
  readonly stolen: string[] = [];
  now = Date.parse('2026-01-01T00:00:00Z');
  #arbiter: PathArbiter;
  readonly #begin: () => PathArbiter;
  readonly #activities: ExposedApiActivities;
  readonly #lives = new Map<string, Life>();
  /** Why each needs a look, as of the last write. */
  readonly #needed = new Map<string, string | undefined>();
  /** Came to need one, or for another reason, since the watch was last followed. */
  readonly #unwatched = new Set<string>();
  #pending: Pending[] = [];

  /** @param options `key`: of the gateway; `told`: what the operator takes it for. Default of that: path */
  constructor(options: { key: GatewayKey; told?: GatewayKey; settings: RoundSettings }) {
    this.cluster = new ModelCluster(options.told ?? 'path', () => this.#noteWrite());
    this.gateway = new ModelGateway(options.key);
    const isAtWork = (id: string): boolean => this.#lives.get(id)?.reconciler !== undefined;
    this.#begin = () =>
      modelArbiter(this.cluster, {
        isAtWork,
        now: () => this.now,
        callTimeoutMs: options.settings.gatewayTimeoutMs,
      });
    this.#arbiter = this.#begin();
    this.#activities = createApiActivities(
      this.cluster.dependencies({
        now: () => this.now,
        round: options.settings,
      }),
    );
  }

  /** "Look again", as the watcher says it: starts the workflow of what exists where none runs. */
  look(id: string): void {
    const life = this.#life(id);
    if (life.reconciler === undefined && this.cluster.api(id) === undefined) return;
    life.reconciler ??= this.#reconcilerOf(id);
    life.reconciler.lookAgain({ [EXPOSED_APIS]: String(this.cluster.version()) });
    life.onLook();
    if (!life.isInRound) void this.#run(life);
  }

  /** Each write is an event: the watcher sees what it makes of every one, also of those that the next one takes back. */
  #noteWrite(): void {
    for (const id of this.cluster.ids()) {
      const why = this.cluster.whyNeeded(id);
      if (why !== undefined && why !== this.#needed.get(id)) this.#unwatched.add(id);
      this.#needed.set(id, why);
    }
  }

  /** Events of the watch: what came to need a look gets one, once for each event that made it so; what is due is woken. */
  watch(): void {
    const ids = [...this.#unwatched];
    this.#unwatched.clear();
    for (const id of ids) if (this.cluster.whyNeeded(id) !== undefined) this.look(id);
    for (const life of this.#lives.values())
      if (life.wakeAt !== undefined && life.wakeAt <= this.now && !life.isInRound) {
        life.wakeAt = undefined;
        void this.#run(life);
      }
  }

  /** A list: whatever is not settled may have lost its workflow. */
  list(): void {
    for (const id of this.cluster.ids()) if (this.cluster.reconcileReason(id) !== 'settled') this.look(id);
  }

  /** Temporal's database is lost, with all that ran; the statuses are left. What is gone from the cluster keeps its workflow. */
  loseMemory(): void {
    this.#pending = [];
    this.#arbiter = this.#begin();
    for (const [id, life] of this.#lives) {
      life.generation += 1;
      life.isInRound = false;
      life.wakeAt = undefined;
      if (this.cluster.api(id) !== undefined) life.reconciler = undefined;
      else if (life.reconciler !== undefined) life.wakeAt = this.now;
    }
  }

  /** Every workflow is reset to a point where it remembered less: to `back` rounds before, or to its beginning. */
  reset(back: number): void {
    // A call that is out goes on at the gateway, though nobody waits for its end.
    this.#pending = this.#pending.filter(({ isCall }) => isCall);
    for (const [id, life] of this.#lives) {
      life.generation += 1;
      life.isInRound = false;
      if (life.reconciler === undefined) continue;
      life.reconciler = this.#reconcilerOf(id, life.past.at(-1 - back));
      life.wakeAt = this.now;
    }
  }

  /** A person ends a workflow where it stands. A call that is out goes on at the gateway. */
  terminate(name: string): void {
    this.#pending = this.#pending.filter((one) => one.isCall || one.name !== name);
    const life = this.#life(name);
    life.generation += 1;
    life.reconciler = undefined;
    life.isInRound = false;
    life.wakeAt = undefined;
    life.past = [];
  }

  /** Ends one of the activities that run. @returns false where none does */
  async step(choice: number, answer: Answer, delayMs: number): Promise<boolean> {
    await settled();
    const [chosen] = this.#pending.splice(choice % Math.max(1, this.#pending.length), 1);
    await chosen?.end(answer, delayMs);
    await settled();
    return chosen !== undefined;
  }

  pass(ms: number): void {
    this.now += ms;
    this.gateway.letLateCallsIn(this.now);
  }

  /** The next time at which a workflow wakes by itself. */
  nextWake(): number | undefined {
    const times = [...this.#lives.values()].flatMap(({ wakeAt }) => wakeAt ?? []);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  atWork(): readonly string[] {
    return [...this.#lives].flatMap(([id, { isInRound }]) => (isInRound ? [id] : []));
  }

  #reconcilerOf(id: string, carried?: ExposedApiState): ExposedApiReconciler {
    return new ExposedApiReconciler(
      refOf(id),
      {
        activities: {
          observeApi: this.#activity(id, 'observeApi'),
          recordIntent: this.#activity(id, 'recordIntent'),
          reportApi: this.#activity(id, 'reportApi'),
          releaseApi: this.#activity(id, 'releaseApi'),
        },
        callGateway: (step, context) => this.#callGateway(id, step, context),
        checkpoint: async () => {},
        show: () => {},
      },
      carried,
    );
  }

  #activity<K extends keyof ExposedApiActivities>(name: string, verb: K): ExposedApiActivities[K] {
    // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-unsafe-type-assertion -- one wrapper for activities of any signature
    const activity = this.#activities[verb] as (...input: any[]) => Promise<unknown>;
    const wrapped = (...input: unknown[]): Promise<unknown> =>
      this.#pend(name, async (answer) => {
        // Where a worker dies before the result is recorded, the activity is run again.
        if (answer === 'twice') await activity(...input);
        if (answer === 'fails') throw new Error('the API server is away');
        return activity(...input);
      });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
    return wrapped as ExposedApiActivities[K];
  }

  /** First in line, where it may be taken back, then at the gateway; what surely was not done goes back in line where it is to be retried. */
  async #callGateway(id: string, step: Step, context: CallContext): Promise<CallEnd> {
    const life = this.#life(id);
    const { generation } = life;
    const call = { ...context.api, registration: step.registration };
    for (;;) {
      if (context.settings.takesBackWaitingCalls && (await this.#inLine(id, context)) === 'takenBack')
        return { kind: 'takenBack' };
      const end = await this.#arbiter[step.verb]('http://gateway.example', call, () => this.#send(id, step));
      if (generation !== life.generation) return NEVER;
      if (end.kind !== 'unavailable' || !context.isRetried) return end;
    }
  }

  async #inLine(id: string, { onlooker }: CallContext): Promise<'turn' | 'takenBack'> {
    const life = this.#life(id);
    const { generation } = life;
    const place = { isReached: false };
    const turn = this.#pend(id, async () => {
      place.isReached = true;
    });
    while (!place.isReached) {
      const looked = new Promise<void>((resolve) => {
        life.onLook = resolve;
      });
      if (!onlooker.isChanged()) await Promise.race([turn, looked]);
      if (generation !== life.generation) return NEVER;
      if (place.isReached || !onlooker.isChanged()) continue;
      const look = await onlooker.look().catch(() => undefined);
      if (look?.kind === 'obsolete' && !place.isReached) return 'takenBack';
    }
    return 'turn';
  }

  #send(name: string, step: Step): Promise<Outcome> {
    const send = async (answer: Answer, delayMs: number): Promise<Outcome> => {
      const reply = { code: answer, message: '' };
      if (answer === 'fails') return { kind: 'unavailable', reply };
      if (answer === 'fine' || answer === 'twice' || answer === 'lostAndDone') this.#apply(step);
      if (answer === 'late') this.gateway.postpone(step, this.now + delayMs);
      return answer === 'fine' || answer === 'twice'
        ? { kind: 'accepted', reply }
        : { kind: 'unknown', reply };
    };
    return this.#pend(name, send, true);
  }

  #apply(step: Step): void {
    const taken = this.gateway.held().filter((row) => this.#isTaken(row, step.registration));
    if (step.verb === 'register')
      for (const row of taken) this.stolen.push(`${nameOf(row)} by ${nameOf(step.registration)}`);
    this.gateway.apply(step);
  }

  /** Has a row of another API the same path, or the same name where the operator is told that names matter? */
  #isTaken(row: Registration, next: Registration): boolean {
    const isSameName = row.name === next.name;
    if (isSameName && row.implementation === next.implementation) return false;
    const isSamePath = canonicalPath(row.path) === canonicalPath(next.path);
    return isSamePath || (isSameName && this.cluster.key === 'name');
  }

  #life(id: string): Life {
    const life = this.#lives.get(id) ?? {
      reconciler: undefined,
      isInRound: false,
      wakeAt: undefined,
      generation: 0,
      past: [],
      onLook: () => {},
    };
    this.#lives.set(id, life);
    return life;
  }

  async #run(life: Life): Promise<void> {
    const { generation } = life;
    life.isInRound = true;
    life.wakeAt = undefined;
    while (life.reconciler !== undefined) {
      const { reconciler } = life;
      const end = await reconciler.reconcile().catch(() => 'trouble' as const);
      if (generation !== life.generation) return;
      life.past.push(reconciler.state);
      if (end === 'trouble') life.wakeAt = this.now + 1_000;
      else if (end.kind === 'ended') {
        if (reconciler.isChanged) reconciler.startOver();
        else {
          life.reconciler = undefined;
          life.past = [];
        }
      } else if (end.kind === 'waiting') life.wakeAt = end.wakeAt;
      const isWaiting = end === 'trouble' || end.kind === 'waiting';
      if (isWaiting && !reconciler.isChanged) break;
    }
    life.isInRound = false;
  }

  #pend<T>(name: string, run: (answer: Answer, delayMs: number) => Promise<T>, isCall = false): Promise<T> {
    const life = this.#life(name);
    const { generation } = life;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const isLost = (): boolean => !isCall && generation !== life.generation;
    this.#pending.push({
      name,
      isCall,
      end: async (answer, delayMs) => {
        try {
          const value = await run(answer, delayMs);
          if (!isLost()) resolve(value);
        } catch (error) {
          if (!isLost()) reject(error);
        }
      },
    });
    return promise;
  }
}

function nameOf({ name, path, implementation }: Registration): string {
  return `${name} ${path} of ${implementation}`;
}

/** What was lost with its workflow never goes on. */
const NEVER = new Promise<never>(() => {});

/** Everything that can go on without an activity's end has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
