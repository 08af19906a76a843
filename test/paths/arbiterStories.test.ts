import fc from 'fast-check';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import { resourceKey } from '../../src/domain/kubernetes/names.ts';
import { ArbiterWorld, CALL_TIMEOUT_MS, GATEWAY, refOf } from '../support/builders/pathArbiters.ts';
import { registrationOf } from '../support/builders/registrations.ts';

const NAMES = ['a', 'b', 'c'] as const;
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

/** A gateway keyed by path, whatever callers that keep to no rule at all ask the arbiter for. */
class Story {
  readonly world = new ArbiterWorld();
  readonly table = new Map<string, string>();
  readonly broken: string[] = [];
  /** Paths whose API was told that it is registered, and has asked for nothing else since. */
  readonly #confirmed = new Set<string>();
  #open: Open[] = [];
  #late: { readonly call: Open; readonly at: number }[] = [];

  constructor() {
    this.world.begin();
  }

  async happen(one: Event): Promise<void> {
    const { world } = this;
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
    const own = PATHS.map((each) => registrationOf({ name: one, path: each }));
    const registered = registrationOf({ name: one, path: at });
    this.world.put(one, { path: wanted, apig: { registered, unconfirmed: own } });
  }

  #call(verb: Open['verb'], one: string, at: string): void {
    // A workflow makes one call after the other.
    if (this.#open.some((open) => open.name === one)) return;
    const call = {
      ref: refOf(one),
      uid: `uid-of-${one}`,
      registration: registrationOf({ name: one, path: at }),
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
    if (call.verb === 'register' && how === 'fine') this.#confirmed.add(call.path);
    call.end({ kind: how === 'fine' ? 'accepted' : how === 'fails' ? 'unavailable' : 'unknown', reply });
  }

  #apply({ verb, name: one, path: at }: Open): void {
    const has = this.table.get(at);
    if (verb === 'register') {
      if (has !== undefined && has !== one) this.broken.push(`${one} took ${at} from ${has}`);
      this.table.set(at, one);
      return;
    }
    const isLost = has !== one && this.#confirmed.has(at);
    this.#confirmed.delete(at);
    if (has !== undefined && isLost && this.#wanted(has) === at)
      this.broken.push(`${one} removed ${at} of ${has}`);
    this.table.delete(at);
  }
}

test('whatever is asked for and forged: no call takes a path that another has, nor removes what another was told that it has, and wants', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60, size: 'max' }), async (events) => {
      const story = new Story();
      for (const one of events) await story.happen(one);
      expect(story.broken).toEqual([]);
    }),
    { numRuns: 2_000, seed: SEED },
  );
});
