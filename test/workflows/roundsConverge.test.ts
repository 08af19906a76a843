import { jest } from '@jest/globals';
import fc from 'fast-check';
import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { claimOf, isOlder } from '../../src/domain/exposedApi/pathClaim.ts';
import type { GatewayKey } from '../../src/domain/registration/gatewayKey.ts';
import type { PathChange } from '../../src/domain/registration/plan.ts';
import { ROUND_SETTINGS } from '../support/cluster/memoryCluster.ts';
import { ANSWERS, ModelLives } from '../support/temporal/modelLives.ts';

const TIMEOUT = ROUND_SETTINGS.gatewayTimeoutMs;
/** `b` and `c` have one name in two namespaces where the operator is told that the gateway goes by names. */
const NAMES = ['a', 'b', 'c'] as const;
const SHOP = { a: 'shop/a', b: 'shop/b', c: 'shop/c' } as const;
const NAMED = { a: 'shop/a', b: 'shop/b', c: 'bank/b' } as const;

let lives: ModelLives;

const name = fc.constantFrom(...NAMES);
const kind = <K extends string>(word: K): fc.Arbitrary<K> => fc.constant(word);
const spec = fc.record({
  path: fc.constantFrom('/x', '/y'),
  port: fc.constantFrom(80, 81),
  what: fc.constantFrom('routed', 'routed', 'routed', 'metrics', 'invalid'),
});
const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: kind('create'), name, spec }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('change'), name, spec }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('delete'), name }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('pause'), name, isPaused: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('view'), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('watch') }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('pass'), ms: fc.integer({ min: 1, max: 2 * TIMEOUT }) }) },
  {
    weight: 20,
    arbitrary: fc.record({
      kind: kind('step'),
      choice: fc.nat(7),
      answer: fc.oneof({ weight: 4, arbitrary: fc.constant('fine' as const) }, fc.constantFrom(...ANSWERS)),
      delayMs: fc.integer({ min: 1, max: TIMEOUT - 1 }),
    }),
  },
);
type Name = (typeof NAMES)[number];
type Disaster =
  | { readonly kind: 'strip'; readonly name: Name }
  | { readonly kind: 'loseMemory' }
  | { readonly kind: 'reset'; readonly back: number }
  | { readonly kind: 'terminate'; readonly name: Name }
  | { readonly kind: 'restore'; readonly name: Name; readonly spec: Spec }
  | { readonly kind: 'forge'; readonly name: Name; readonly where: string; readonly path: string };
type Event = (typeof event extends fc.Arbitrary<infer T> ? T : never) | Disaster;

/** The same stories in every run: a red test is one that can be looked into. For new ones change the seed, or ask for more runs. */
const SEED = 20_261_124;
const MANY = { maxLength: 80, size: 'max' } as const;
const GATEWAYS: [GatewayKey, PathChange][] = [
  ['name', 'replace'],
  ['name', 'make-before-break'],
  ['path', 'replace'],
  ['path', 'make-before-break'],
];

beforeEach(() => {
  jest.spyOn(Date, 'now').mockImplementation(() => lives.now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

test.each(GATEWAYS)(
  'at a gateway keyed by %s with %s, whatever happened: what is there is exactly what live, valid, winning resources ask for',
  async (key, pathChange) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, MANY), async (events) => {
        await live({ key, pathChange }, events);
        expect(lives.stolen).toEqual([]);
      }),
      { numRuns: 200, seed: SEED },
    );
  },
);

test.each<PathChange>(['replace', 'make-before-break'])(
  'told by APIG_KEY that the gateway is keyed by name, with %s: of one name in two namespaces one is there, as of one path',
  async (pathChange) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, MANY), async (events) => {
        await live({ key: 'name', told: 'name', pathChange }, events);
        expect(lives.stolen).toEqual([]);
      }),
      { numRuns: 200, seed: SEED },
    );
  },
);

/** After these an API may for a moment have had what was another's; in the end all is as it should be. Both at once lose a registration. */
describe.each<[string, fc.Arbitrary<Disaster>]>([
  ['finalizers are stripped by hand', fc.record({ kind: kind('strip'), name })],
  ["Temporal's database is lost", fc.record({ kind: kind('loseMemory') })],
  [
    'workflows are reset, or their database is restored from a backup',
    fc.record({ kind: kind('reset'), back: fc.nat(4) }),
  ],
  ['workflows are terminated', fc.record({ kind: kind('terminate'), name })],
  ['APIs are restored with their statuses', fc.record({ kind: kind('restore'), name, spec })],
  [
    'statuses are written by hand',
    fc.record({
      kind: kind('forge'),
      name,
      where: fc.constantFrom('registered', 'pending', 'unconfirmed', 'uid', 'gateway'),
      path: fc.constantFrom('/x', '/y'),
    }),
  ],
])('where %s', (_what, disaster) => {
  const anything = fc.oneof({ weight: 12, arbitrary: event }, { weight: 1, arbitrary: disaster });

  test.each(GATEWAYS)('a gateway keyed by %s with %s ends the same', async (key, pathChange) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anything, MANY), (events) => live({ key, pathChange }, events)),
      { numRuns: 200, seed: SEED },
    );
  });

  test.each<PathChange>(['replace', 'make-before-break'])(
    'a gateway that is told to be keyed by name, with %s, ends the same',
    async (pathChange) => {
      await fc.assert(
        fc.asyncProperty(fc.array(anything, MANY), (events) =>
          live({ key: 'name', told: 'name', pathChange }, events),
        ),
        { numRuns: 200, seed: SEED },
      );
    },
  );
});

async function live(
  at: { key: GatewayKey; told?: GatewayKey; pathChange: PathChange },
  events: readonly Event[],
): Promise<void> {
  const { key, told = 'path', pathChange } = at;
  lives = new ModelLives({
    key,
    told,
    settings: { ...ROUND_SETTINGS, pathChange, takesBackWaitingCalls: true, dropsHarmless: true },
  });
  const ids = told === 'name' ? NAMED : SHOP;
  for (const one of events) await happen('name' in one ? { ...one, name: ids[one.name] } : one);
  await comeToRest();
  const apis = lives.cluster.ids().map(apiOf);
  for (const id of lives.cluster.ids())
    expect([id, lives.cluster.reconcileReason(id)]).toEqual([id, 'settled']);
  for (const api of apis)
    expect({ id: idOf(api), ...condition(api) }).toEqual({ id: idOf(api), ...expected(api, apis) });
  const wanted = apis.flatMap((api) => (expected(api, apis).state === 'Registered' ? [rowOf(api)] : []));
  expect(
    lives.gateway
      .held()
      .map((row) => ({ name: row.name, at: placeOf(row), of: row.implementation }))
      .toSorted(byName),
  ).toEqual(wanted.toSorted(byName));
}

/** An event about an API that is known by its namespace and name. */
type Happening = { [K in Event['kind']]: Located<Extract<Event, { readonly kind: K }>> }[Event['kind']];
type Located<T> = T extends { readonly name: Name } ? Omit<T, 'name'> & { readonly name: string } : T;

async function happen(one: Happening): Promise<void> {
  const { cluster } = lives;
  switch (one.kind) {
    case 'create':
      cluster.create(one.name, specOf(one.spec, one.name));
      return lives.look(one.name);
    case 'change':
      cluster.change(one.name, { spec: specOf(one.spec, one.name) });
      return lives.look(one.name);
    case 'delete':
      cluster.delete(one.name);
      return lives.look(one.name);
    case 'strip':
      cluster.change(one.name, { metadata: { finalizers: [] } });
      cluster.delete(one.name);
      return lives.look(one.name);
    case 'restore':
      cluster.create(one.name, specOf(one.spec, one.name), true);
      return lives.look(one.name);
    case 'forge':
      return cluster.change(one.name, { status: { apig: forged(one) } });
    case 'reset':
      return lives.reset(one.back);
    case 'terminate':
      return lives.terminate(one.name);
    case 'pause':
      cluster.change(one.name, {
        metadata: { annotations: { 'apig.oda.tmforum.org/paused': one.isPaused ? 'true' : null } },
      });
      return lives.look(one.name);
    case 'view':
      return cluster.catchUp(one.count);
    case 'watch':
      return lives.watch();
    case 'pass':
      return lives.pass(one.ms);
    case 'loseMemory':
      return lives.loseMemory();
    case 'step':
      await lives.step(one.choice, one.answer, one.delayMs);
  }
}

/** Specs stop changing, pauses and faults end; then everything has to come to an end by itself. */
async function comeToRest(): Promise<void> {
  for (const one of lives.cluster.ids()) {
    lives.cluster.change(one, { metadata: { annotations: { 'apig.oda.tmforum.org/paused': null } } });
    if (!apiOf(one).spec.valid) lives.cluster.change(one, { spec: { port: 80 } });
    lives.look(one);
  }
  lives.list();
  for (let steps = 0; steps < 1_000; steps += 1) {
    lives.cluster.catchUp();
    if (await lives.step(0, 'fine', 1)) continue;
    lives.watch();
    if (await lives.step(0, 'fine', 1)) continue;
    const wakeAt = lives.nextWake();
    if (wakeAt === undefined) return;
    lives.pass(Math.max(1, wakeAt - lives.now));
  }
  const states = lives.cluster.ids().map((one) => ({ one, ...condition(apiOf(one)) }));
  throw new Error(`no end: at work ${lives.atWork().join()}, ${JSON.stringify(states)}`);
}

interface Spec {
  readonly path: string;
  readonly port: number;
  readonly what: string;
}

/** The implementation tells at the gateway whose a row is. */
function specOf({ path, port, what }: Spec, id: string) {
  return {
    name: 'catalog',
    apiType: what === 'metrics' ? 'prometheus' : 'openapi',
    implementation: `catalog-of-${id.replace('/', '-')}`,
    path,
    port: what === 'invalid' ? 0 : port,
    specification: { url: 'https://specs.example/v4.json' },
  };
}

/** What somebody writes into a status who may write the resource. */
function forged({ name: of, where, path }: { name: string; where: string; path: string }) {
  const registration = {
    name: of.split('/').at(-1),
    path,
    port: 82,
    implementation: 'catalog',
    specification: 'https://specs.example/v4.json',
  };
  switch (where) {
    case 'uid':
      return { uid: 'forged' };
    case 'gateway':
      return { gateway: 'http://forged.example' };
    case 'unconfirmed':
      return { unconfirmed: [registration] };
    default:
      return { [where]: registration };
  }
}

function apiOf(one: string): ExposedApi {
  const api = lives.cluster.api(one);
  if (api === undefined) throw new Error(`${one} is gone`);
  return api;
}

function condition({ status: { apig } }: ExposedApi) {
  const { state, pathOwner, registered, pending, unconfirmed } = apig;
  return {
    state,
    pathOwner,
    registered: registered && placeOf(registered),
    pending,
    unconfirmed,
  };
}

/** What the contract says of an API among others, told without the code under test, but for who is older. */
function expected(api: ExposedApi, all: readonly ExposedApi[]): ReturnType<typeof condition> {
  const nothing = { pathOwner: undefined, registered: undefined, pending: undefined, unconfirmed: undefined };
  const { key } = lives.cluster;
  const { wanted } = claimOf(api, key);
  if (wanted.length === 0) return { ...nothing, state: 'NotRouted' };
  for (const place of wanted) {
    const claims = all.map((one) => claimOf(one, key)).filter((one) => one.wanted.includes(place));
    const [winner] = claims.toSorted((a, b) => (isOlder(a, b) ? -1 : 1));
    const pathOwner = winner && idOf(winner);
    if (pathOwner !== idOf(api)) return { ...nothing, state: 'Conflict', pathOwner };
  }
  return { ...nothing, state: 'Registered', registered: rowOf(api).at };
}

function idOf({ ref: { namespace, name: is } }: Pick<ExposedApi, 'ref'>): string {
  return `${namespace}/${is}`;
}

interface Row {
  readonly name: string;
  readonly at: string;
  readonly of: string;
}

/** What the gateway has for an API that is registered. */
function rowOf({ ref, spec: checked }: ExposedApi): Row {
  if (!checked.valid) throw new Error(`${ref.name} is not valid`);
  return { name: ref.name, at: placeOf(checked.value), of: checked.value.implementation };
}

function placeOf({ path, port }: { readonly path: string; readonly port: number }): string {
  return `${path}:${port}`;
}

function byName(a: Row, b: Row): number {
  return a.name.localeCompare(b.name);
}
