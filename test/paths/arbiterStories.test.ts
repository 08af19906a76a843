import fc from 'fast-check';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import { resourceKey } from '../../src/domain/kubernetes/names.ts';
import type { GatewayKey } from '../../src/domain/registration/gatewayKey.ts';
import { ArbiterWorld, CALL_TIMEOUT_MS, GATEWAY, refOf } from '../support/builders/pathArbiters.ts';
import { registrationOf } from '../support/builders/registrations.ts';

const NAMES = ['a', 'b', 'c'] as const;
/** Who these are at a gateway that goes by names: two have one name. */
const NAMED = { a: 'bank/a', b: 'shop/a', c: 'shop/b' } as const;
const PATHS = ['/x', '/y'] as const;
/** The same stories in every run. */
const SEED = 20_261_125;

const name = fc.constantFrom(...NAMES);
const path = fc.constantFrom(...PATHS);
const kind = <K extends string>(word: K): fc.Arbitrary<K> => fc.constant(word);
/** `late`: its answer is lost, and the gateway carries it out within the time-out. */
const answer = fc.constantFrom('fine', 'fine', 'fine', 'fails', 'lost', 'lostAndDone', 'late');
const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: kind('want'), name, path }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('delete'), name }) },
  // Whoever may write a resource may write its status.
  { weight: 2, arbitrary: fc.record({ kind: kind('forge'), name, path }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('register'), name }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('remove'), name, path }) },
  { weight: 14, arbitrary: fc.record({ kind: kind('answer'), which: fc.nat(5), answer }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('pass'), ms: fc.integer({ min: 1, max: CALL_TIMEOUT_MS }) }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

interface Open {
  readonly verb: 'register' | 'remove';
  readonly name: string;
  readonly path: string;
  readonly end: (outcome: Outcome) => void;
}

/** A gateway of either key, which the arbiter knows, whatever callers that keep to no rule at all ask the arbiter for. */
class Story {
  readonly world: ArbiterWorld;
  /** By what the gateway goes by. */
  readonly table = new Map<string, { readonly owner: string; readonly path: string }>();
  readonly broken: string[] = [];
  readonly #key: GatewayKey;
  /** What the gateway goes by of those whose API was told that it is registered, and has asked for nothing else since. */
  readonly #confirmed = new Set<string>();
  #open: Open[] = [];
  #late: { readonly call: Open; readonly at: number }[] = [];

  constructor(key: GatewayKey) {
    this.#key = key;
    this.world = new ArbiterWorld(key);
    this.world.begin();
  }

  async happen(told: Event): Promise<void> {
    const { world } = this;
    const one = 'name' in told && this.#key === 'name' ? { ...told, name: NAMED[told.name] } : told;
    switch (one.kind) {
      case 'want':
        world.put(one.name, { path: one.path });
        break;
      case 'delete':
        world.delete(one.name);
        // Its workflow has yet to clear up, and in these stories always does.
        world.atWork.add(one.name);
        break;
      case 'forge':
        this.#forge(one.name, one.path);
        break;
      case 'register': {
        const wanted = this.#wanted(one.name);
        if (wanted !== undefined) this.#call('register', one.name, wanted);
        break;
      }
      case 'remove':
        this.#call('remove', one.name, one.path);
        break;
      case 'answer':
        this.#answer(one.which, one.answer);
        break;
      case 'pass':
        world.now += one.ms;
        for (const { call } of this.#late.filter(({ at }) => at <= world.now)) this.#apply(call);
        this.#late = this.#late.filter(({ at }) => at > world.now);
    }
    // All that can go on has gone on.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  #wanted(one: string): string | undefined {
    const api = this.world.apis.get(resourceKey(refOf(one)));
    return api?.spec.valid ? api.spec.value.path : undefined;
  }

  /** Says that it has this path, beside what it has: a claim that is not true is never a right. */
  #forge(one: string, at: string): void {
    const wanted = this.#wanted(one);
    if (wanted === undefined) return;
    const own = PATHS.map((each) => registrationOf({ name: refOf(one).name, path: each }));
    const registered = registrationOf({ name: refOf(one).name, path: at });
    this.world.put(one, { path: wanted, apig: { registered, unconfirmed: own } });
  }

  #call(verb: Open['verb'], one: string, at: string): void {
    // A workflow makes one call after the other.
    if (this.#open.some((open) => open.name === one)) return;
    const call = {
      ref: refOf(one),
      uid: `uid-of-${one}`,
      registration: registrationOf({ name: refOf(one).name, path: at }),
    };
    void this.world.arbiter[verb](GATEWAY, call, () => {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      this.#open.push({ verb, name: one, path: at, end: resolve });
      return promise;
    });
  }

  #answer(which: number, how: string): void {
    const call = this.#open[which % Math.max(1, this.#open.length)];
    if (call === undefined) return;
    this.#open = this.#open.filter((one) => one !== call);
    if (how === 'fine' || how === 'lostAndDone') this.#apply(call);
    if (how === 'late') this.#late.push({ call, at: this.world.now + CALL_TIMEOUT_MS - 1 });
    const reply = { code: how, message: '' };
    if (call.verb === 'register' && how === 'fine') this.#confirmed.add(this.#keyOf(call));
    call.end({ kind: how === 'fine' ? 'accepted' : how === 'fails' ? 'unavailable' : 'unknown', reply });
  }

  #apply(call: Open): void {
    const { verb, name: one, path: at } = call;
    const key = this.#keyOf(call);
    const has = this.table.get(key);
    if (verb === 'register') {
      const rows = [...this.table.values()].filter((row) => row === has || row.path === at);
      for (const { owner } of rows)
        if (owner !== one) this.broken.push(`${one} took ${key} ${at} from ${owner}`);
      this.table.set(key, { owner: one, path: at });
      return;
    }
    const isLost = has?.owner !== one && this.#confirmed.has(key);
    this.#confirmed.delete(key);
    if (has !== undefined && isLost && this.#isWanted(has, key))
      this.broken.push(`${one} removed ${key} of ${has.owner}`);
    this.table.delete(key);
  }

  #keyOf({ name: one, path: at }: Open): string {
    return this.#key === 'name' ? refOf(one).name : at;
  }

  #isWanted({ owner }: { readonly owner: string }, key: string): boolean {
    const wanted = this.#wanted(owner);
    return this.#key === 'name' ? wanted !== undefined : wanted === key;
  }
}

test('whatever is asked for and forged: no call takes a path that another has, nor removes what another was told that it has, and wants', () =>
  play('path'));

test('at a gateway that goes by names, no call takes a name or a path that another has, nor removes what another was told that it has, and wants', () =>
  play('name'));

async function play(key: GatewayKey): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60, size: 'max' }), async (events) => {
      const story = new Story(key);
      for (const one of events) await story.happen(one);
      expect(story.broken).toEqual([]);
    }),
    { numRuns: 2_000, seed: SEED },
  );
}
