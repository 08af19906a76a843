import { readFileSync } from 'node:fs';
import { ApiException, CustomObjectsApi } from '@kubernetes/client-node';
import fc from 'fast-check';
import { parseExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { COMPONENTS, EXPOSED_APIS, LEGACY_APIS, ODA_GROUP } from '../../src/domain/kubernetes/names.ts';
import { isRouted } from '../../src/domain/exposedApi/desired.ts';
import { declaredApi } from '../support/builders/components.ts';
import { eventually } from '../support/builders/eventually.ts';
import { schemaSpecs, type WrongTypes } from '../support/builders/schemaSpecs.ts';
import { useOperator } from '../support/stack/useOperator.ts';

type Json = Readonly<Record<string, unknown>>;

interface Fuzzed {
  readonly plural: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: Json;
}

/** Fixed, so that a red run is red everywhere; part of every message. */
const SEED = 20_261_124;
const CREATED_AT_ONCE = 16;
/** Few, since whoever polls takes the time of those who work. */
const READ_AT_ONCE = 2;
const ANSWER_MS = 90_000;

/** Without it no Component of a real chart would ever be complete: it has no specification. */
const METRICS = {
  name: 'metrics',
  apiType: 'prometheus',
  implementation: 'catalog',
  path: '/metrics',
  port: 4000,
};

const fuzz = useOperator('fuzz', {
  settings: { COMPONENT_CONTROLLER: 'embedded', APIG_MAX_RPS: '1000' },
});
const { stack, namespace, user } = fuzz;
const custom = stack.kubeConfig.makeApiClient(CustomObjectsApi);
let pid: number | undefined;
beforeAll(() => {
  ({ pid } = fuzz.operator.process);
});

function sample(
  kind: Omit<Fuzzed, 'name' | 'spec'>,
  count: number,
  wrongTypes: WrongTypes,
): readonly Fuzzed[] {
  const specs = fc.sample(schemaSpecs(kind.plural, kind.version, wrongTypes), { seed: SEED, numRuns: count });
  return specs.map((spec, index) => ({ ...kind, name: `fuzz-${kind.version}-${wrongTypes}-${index}`, spec }));
}

/** @returns whether the API server took it */
async function create({ plural, version, kind, name, spec }: Fuzzed): Promise<boolean> {
  const body = { apiVersion: `${ODA_GROUP}/${version}`, kind, metadata: { name, namespace }, spec };
  try {
    await custom.createNamespacedCustomObject({ group: ODA_GROUP, version, namespace, plural, body });
    return true;
  } catch (error) {
    if (error instanceof ApiException && [400, 422].includes(error.code)) return false;
    throw error;
  }
}

async function inBatches<T, R>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += size)
    results.push(...(await Promise.all(items.slice(from, from + size).map(work))));
  return results;
}

async function createAll(items: readonly Fuzzed[]): Promise<readonly Fuzzed[]> {
  const taken = await inBatches(items, CREATED_AT_ONCE, create);
  return items.filter((_item, index) => taken[index]);
}

async function read({ plural, name }: Pick<Fuzzed, 'plural' | 'name'>): Promise<Json> {
  // The version that is stored: nothing is lost on the way.
  const version = plural === LEGACY_APIS ? 'v1beta2' : 'v1';
  const at = { group: ODA_GROUP, version, namespace, plural, name };
  return asObject(await custom.getNamespacedCustomObject(at));
}

function conditionOf(object: Json, type: string): Json {
  const { conditions } = asObject(object['status']);
  const list: readonly unknown[] = Array.isArray(conditions) ? conditions : [];
  return asObject(list.map(asObject).find((condition) => condition['type'] === type));
}

/** Waits until the condition is there and says more than "on its way". */
async function answered(item: Fuzzed, type: string): Promise<Json> {
  let object: Json = {};
  await eventually(
    `${item.kind} ${item.name} (seed ${SEED}) has an answer to ${JSON.stringify(item.spec).slice(0, 2_000)}`,
    async () => {
      object = await read(item);
      const { status } = conditionOf(object, type);
      // A call that a busy machine held up is tried again: that is no answer yet.
      const isUnderWay = asObject(asObject(object['status'])['apig'])['state'] === 'Retrying';
      return !isUnderWay && (status === 'True' || status === 'False');
    },
    ANSWER_MS,
  );
  return object;
}

/** What the spec deserves, and what a valid one may get beside it: two of one path are in conflict. */
function deserved(object: Json, plural: string): readonly string[] {
  const { spec } = parseExposedApi(object, plural === LEGACY_APIS ? LEGACY_APIS : EXPOSED_APIS);
  if (!spec.valid) return ['InvalidSpec'];
  return isRouted(spec.value) ? ['Confirmed', 'PathConflict'] : ['NotRouted'];
}

/** The moments at which our word on the spec became what it is. */
const momentOf = (object: Json): string => String(conditionOf(object, 'Registered')['lastTransitionTime']);

test('a thousand ExposedAPIs, many with something odd or wrong, are all answered as they deserve, and healthy ones among them wait for none', async () => {
  const exposed = { plural: EXPOSED_APIS, kind: 'ExposedAPI' };
  const items = [
    ...sample({ ...exposed, version: 'v1' }, 440, 'where-let'),
    ...sample({ ...exposed, version: 'v1beta4' }, 250, 'where-let'),
    ...sample({ ...exposed, version: 'v1beta3' }, 150, 'where-let'),
    ...sample({ plural: LEGACY_APIS, kind: 'API', version: 'v1beta2' }, 150, 'where-let'),
    // Most of these the API server refuses.
    ...sample({ ...exposed, version: 'v1' }, 60, 'anywhere'),
  ];
  await user.create('before');
  await user.untilCondition('before', 'Registered', 'True Confirmed');
  const third = Math.ceil(items.length / 3);
  const first = await createAll(items.slice(0, third));
  await user.create('among');
  const rest = await createAll(items.slice(third));
  const taken = [...first, ...rest];
  const objects = await inBatches(taken, READ_AT_ONCE, (item) => answered(item, 'Registered'));
  await user.create('after');
  await user.untilCondition('after', 'Registered', 'True Confirmed');

  expect(taken.length).toBeGreaterThan(1_000);
  const lastAnswer = objects.map(momentOf).toSorted().at(-1);
  await user.untilCondition('among', 'Registered', 'True Confirmed');
  const among = await read({ plural: EXPOSED_APIS, name: 'among' });
  expect(conditionOf(among, 'Registered')).toMatchObject({ status: 'True' });
  expect(momentOf(among) < String(lastAnswer)).toBe(true);
  const wrong = taken.filter(({ plural }, index) => {
    const object = objects[index] ?? {};
    return !deserved(object, plural).includes(String(conditionOf(object, 'Registered')['reason']));
  });
  expect(wrong).toEqual([]);
}, 200_000);

test('Components of any kind are all answered, and a healthy one made after them is complete, its metrics API included', async () => {
  const components = { plural: COMPONENTS, kind: 'Component' };
  const odd = sample({ ...components, version: 'v1' }, 15, 'anywhere');
  const taken = await createAll([
    ...sample({ ...components, version: 'v1' }, 15, 'where-let'),
    // The schema of v1beta4 lets everything through.
    ...odd.map((item) => ({ ...item, version: 'v1beta4' })),
  ]);
  const healthy = {
    ...components,
    version: 'v1',
    name: 'healthy',
    spec: {
      coreFunction: { exposedAPIs: [declaredApi('orders', { path: `/${namespace}/orders` })] },
      managementFunction: { exposedAPIs: [METRICS] },
    },
  };
  expect(await create(healthy)).toBe(true);
  await eventually(
    'the healthy Component is complete',
    async () => conditionOf(await read(healthy), 'Ready')['status'] === 'True',
    ANSWER_MS,
  );
  expect(asObject((await read(healthy))['status'])).toMatchObject({
    'summary/status': { deployment_status: 'Complete' },
    managementAPIs: [{ name: 'healthy-metrics', url: expect.stringContaining('catalog'), ready: true }],
  });
  await inBatches(taken, READ_AT_ONCE, (item) => answered(item, 'ExposedAPIsCreated'));
  expect(taken.length).toBeGreaterThan(20);
}, 200_000);

test('the gateway heard of nothing that breaks the rules for names and paths', () => {
  const heard = fuzz.gateway.ledger().map(({ name, path }) => ({ name, path }));
  const odd = heard.filter(
    ({ name, path }) =>
      !/^[a-z0-9][a-z0-9.-]*$/.test(name ?? '') ||
      !/^(\/[\w\-.~!$&'()*+,;=:@%]+)+\/?$/.test(path ?? '') ||
      /\/\.{1,2}(\/|;|$)|%2e|%2f|%0/i.test(path ?? ''),
  );
  expect(odd).toEqual([]);
  expect(heard.length).toBeGreaterThan(75);
});

test('the operator is the same process as before, ready, and has complained of nothing', async () => {
  expect(fuzz.operator.process.pid).toBe(pid);
  await eventually('it is ready', async () => fuzz.operator.process.spec.isHealthy().catch(() => false));
  const complaints = readFileSync(fuzz.operator.process.spec.logFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"level":"error"'));
  expect(complaints).toEqual([]);
});
