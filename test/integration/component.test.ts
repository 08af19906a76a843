import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import { createComponentActivities } from '../../activities/index.ts';
import { shouldReconcileComponent } from '../../watcher/shouldReconcile.ts';
import { findEntry } from '../../src/domain/component/entry.ts';
import { COMPONENTS, EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { createChildStore } from '../../src/kubernetes/children.ts';
import { createClients } from '../../src/kubernetes/client/clients.ts';
import { type ComponentStore, createComponentStore } from '../../src/kubernetes/components.ts';
import { createEventRecorder } from '../../src/kubernetes/events.ts';
import { declaredApi } from '../support/builders/components.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userEvents } from '../support/cluster/events.ts';
import { useStack } from '../support/stack/stack.ts';

type Json = Record<string, unknown>;

const apiSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    ownerReferences: z.array(z.record(z.string(), z.unknown())).default([]),
  }),
  spec: z.record(z.string(), z.unknown()),
});
type ExposedApi = z.infer<typeof apiSchema>;

const stack = useStack();
const admin = stack.kubeConfig.makeApiClient(CustomObjectsApi);
const at = { group: 'oda.tmforum.org', version: 'v1' } as const;
const NAME = 'shop-catalog';

/** The operator, with its own ServiceAccount and roles. */
const clients = createClients(stack.operatorKubeConfig);
const components = createComponentStore(clients);
const children = createChildStore(clients);
const activities = createComponentActivities({
  components,
  children,
  emitEvent: createEventRecorder({ clients, instance: 'test', logger: silentLogger().logger }).emit,
  now: () => new Date(),
});

const refIn = (namespace: string) => ({ plural: COMPONENTS, namespace, name: NAME }) as const;

/** As the workflow does it, once. */
async function round(namespace: string): Promise<void> {
  const ref = refIn(namespace);
  const seen = await activities.observeComponent(ref);
  if (seen.kind === 'absent') throw new Error('the Component is absent');
  const { uid, actions, listed, problems } = seen;
  const applied = await activities.applyChildren({ ref, uid, actions });
  await activities.reportComponent({
    ref,
    uid,
    listed: [...listed, ...applied.created],
    problems: { ...problems, refused: applied.refused },
  });
}

async function declare(namespace: string, core: readonly Json[], status?: Json): Promise<void> {
  const body = {
    apiVersion: 'oda.tmforum.org/v1',
    kind: 'Component',
    metadata: { name: NAME, namespace, labels: { team: 'catalog' } },
    spec: { coreFunction: { exposedAPIs: core } },
    status,
  };
  await admin.createNamespacedCustomObject({ ...at, namespace, plural: COMPONENTS, body });
}

async function redeclare(namespace: string, core: readonly Json[]): Promise<void> {
  await admin.patchNamespacedCustomObject(
    {
      ...at,
      namespace,
      plural: COMPONENTS,
      name: NAME,
      body: { spec: { coreFunction: { exposedAPIs: core } } },
    },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}

async function apisIn(namespace: string): Promise<readonly ExposedApi[]> {
  const list: unknown = await admin.listNamespacedCustomObject({ ...at, namespace, plural: EXPOSED_APIS });
  return z.object({ items: z.array(apiSchema) }).parse(list).items;
}

async function apiIn(namespace: string, name: string): Promise<ExposedApi> {
  return apiSchema.parse(
    await admin.getNamespacedCustomObject({ ...at, namespace, plural: EXPOSED_APIS, name }),
  );
}

async function statusIn(namespace: string): Promise<Json> {
  const component = await components.get({ namespace, name: NAME });
  return { ...component?.status };
}

describe('a Component at a real API server', () => {
  test('becomes ExposedAPIs that it owns, and lists them; a second round writes nothing', async () => {
    const namespace = await stack.createNamespace('component');
    await declare(namespace, [declaredApi('orders'), declaredApi('prices')]);
    await round(namespace);
    const [orders, prices] = await apisIn(namespace);
    expect(orders).toMatchObject({
      metadata: {
        name: 'shop-catalog-orders-v4',
        labels: { team: 'catalog', 'oda.tmforum.org/componentName': NAME },
        ownerReferences: [{ kind: 'Component', name: NAME, controller: true, blockOwnerDeletion: true }],
      },
      spec: { path: '/shop/orders/v4', segment: 'coreFunction', specification: { version: 'v4' } },
    });
    expect((await statusIn(namespace))['coreAPIs']).toEqual([
      { name: 'shop-catalog-orders-v4', uid: orders?.metadata.uid, ready: false },
      { name: 'shop-catalog-prices-v4', uid: prices?.metadata.uid, ready: false },
    ]);
    const before = await components.get({ namespace, name: NAME });
    await round(namespace);
    const after = await components.get({ namespace, name: NAME });
    expect(after?.resourceVersion).toBe(before?.resourceVersion);
    if (after === undefined) throw new Error('the Component is absent');
    expect(shouldReconcileComponent(after, await children.listLabelled(namespace, NAME)).kind).not.toBe(
      'signal',
    );
  });

  test('hands a change on: what it no longer says is gone from the API, at every depth', async () => {
    const namespace = await stack.createNamespace('component');
    const CORS = { enabled: true, handlePreflightRequests: { enabled: true, maxAge: 5 } };
    await declare(namespace, [
      declaredApi('orders', { developerUI: '/docs', gatewayConfiguration: { CORS, quota: { limit: '5' } } }),
    ]);
    await round(namespace);
    const before = await apiIn(namespace, 'shop-catalog-orders-v4');
    expect(before.spec).toMatchObject({ developerUI: '/docs', CORS, quota: { limit: '5' } });
    const changed = { enabled: true, handlePreflightRequests: { enabled: true } };
    await redeclare(namespace, [
      declaredApi('orders', { path: '/moved', gatewayConfiguration: { CORS: changed } }),
    ]);
    await round(namespace);
    const after = await apiIn(namespace, 'shop-catalog-orders-v4');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.spec['path']).toBe('/moved');
    expect(after.spec['CORS']).toEqual(changed);
    expect(after.spec).not.toHaveProperty('quota');
    expect(after.spec).not.toHaveProperty('developerUI');
  });

  test('deletes what it no longer declares, also where somebody took the labels away', async () => {
    const namespace = await stack.createNamespace('component');
    await declare(namespace, [declaredApi('orders'), declaredApi('prices')]);
    await round(namespace);
    await admin.patchNamespacedCustomObject(
      {
        ...at,
        namespace,
        plural: EXPOSED_APIS,
        name: 'shop-catalog-prices-v4',
        body: { metadata: { labels: null } },
      },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    await redeclare(namespace, [declaredApi('orders')]);
    await round(namespace);
    expect((await apisIn(namespace)).map(({ metadata }) => metadata.name)).toEqual([
      'shop-catalog-orders-v4',
    ]);
    expect((await statusIn(namespace))['coreAPIs']).toMatchObject([{ name: 'shop-catalog-orders-v4' }]);
  });

  test('leaves no API behind: the garbage collector deletes them with it', async () => {
    const namespace = await stack.createNamespace('component');
    await declare(namespace, [declaredApi('orders'), declaredApi('prices')]);
    await round(namespace);
    expect(await apisIn(namespace)).toHaveLength(2);
    await admin.deleteNamespacedCustomObject({ ...at, namespace, plural: COMPONENTS, name: NAME });
    await eventually('the APIs are gone', async () => (await apisIn(namespace)).length === 0, 30_000);
  });

  test('adopts the APIs that an earlier one of its name left behind (--cascade=orphan), and lists them again', async () => {
    const namespace = await stack.createNamespace('component');
    await declare(namespace, [declaredApi('orders')]);
    await round(namespace);
    const before = await apiIn(namespace, 'shop-catalog-orders-v4');
    await admin.deleteNamespacedCustomObject({
      ...at,
      namespace,
      plural: COMPONENTS,
      name: NAME,
      propagationPolicy: 'Orphan',
    });
    await eventually(
      'the API is an orphan',
      async () =>
        (await apiIn(namespace, 'shop-catalog-orders-v4')).metadata.ownerReferences.length === 0 &&
        (await components.get({ namespace, name: NAME })) === undefined,
      30_000,
    );
    await declare(namespace, [declaredApi('orders', { port: 9090 })]);
    await round(namespace);
    const after = await apiIn(namespace, 'shop-catalog-orders-v4');
    const { uid } = (await components.get({ namespace, name: NAME })) ?? {};
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.metadata.ownerReferences).toMatchObject([
      { kind: 'Component', name: NAME, uid, controller: true, blockOwnerDeletion: true },
    ]);
    expect(after.spec['port']).toBe(9090);
    const status = await statusIn(namespace);
    expect(status['coreAPIs']).toMatchObject([{ name: 'shop-catalog-orders-v4', uid: before.metadata.uid }]);
    expect(status['conditions']).toMatchObject([{ type: 'ExposedAPIsCreated', status: 'True' }, {}]);
  });

  test("leaves another owner's API alone and a faulty one out, says both, and makes the others", async () => {
    const namespace = await stack.createNamespace('component');
    const theirs = {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'ExposedAPI',
      metadata: { name: 'shop-catalog-orders-v4' },
      spec: { name: 'theirs', apiType: 'openapi', implementation: 'x', path: '/theirs', port: 1 },
    };
    await admin.createNamespacedCustomObject({ ...at, namespace, plural: EXPOSED_APIS, body: theirs });
    await declare(namespace, [
      declaredApi('orders'),
      declaredApi('limited', { gatewayConfiguration: { rateLimit: { enabled: true, limit: 6 } } }),
      declaredApi('prices'),
    ]);
    await round(namespace);
    expect((await apiIn(namespace, 'shop-catalog-orders-v4')).spec).toEqual(theirs.spec);
    expect((await apisIn(namespace)).map(({ metadata }) => metadata.name)).toEqual([
      'shop-catalog-orders-v4',
      'shop-catalog-prices-v4',
    ]);
    const status = await statusIn(namespace);
    expect(status['conditions']).toMatchObject([
      {
        type: 'ExposedAPIsCreated',
        status: 'False',
        reason: 'InvalidAPI',
        message: expect.stringMatching(
          /exposedAPIs\[1\]\.rateLimit\.limit: must be a string.*orders-v4 is held by a resource of another owner/s,
        ) as unknown,
      },
      { type: 'Ready', status: 'False' },
    ]);
    await userEvents(stack.kubeConfig, namespace, NAME).until('Warning InvalidAPI');
  });

  test('that came anew under its old name is not taken for the one before', async () => {
    const namespace = await stack.createNamespace('component');
    await declare(namespace, [declaredApi('orders')]);
    const seen = await activities.observeComponent(refIn(namespace));
    if (seen.kind === 'absent') throw new Error('the Component is absent');
    await admin.deleteNamespacedCustomObject({ ...at, namespace, plural: COMPONENTS, name: NAME });
    await eventually(
      'the first is gone',
      async () => (await components.get({ namespace, name: NAME })) === undefined,
    );
    await declare(namespace, [declaredApi('prices')]);
    const applied = await activities.applyChildren({
      ref: refIn(namespace),
      uid: seen.uid,
      actions: seen.actions,
    });
    expect(applied.isComplete).toBe(false);
    expect(await apisIn(namespace)).toEqual([]);
  });
});

const entryOf = (index: number) => ({
  url: `https://gw/${index}`,
  developerUI: `https://gw/${index}/docs`,
  ready: true,
});

/** A store that is overtaken: once, between its read and its write, `meanwhile` happens. */
function overtakenBy(meanwhile: () => Promise<unknown>): ComponentStore {
  const { custom } = createClients(stack.operatorKubeConfig);
  const read = custom.getNamespacedCustomObject.bind(custom);
  let isFirst = true;
  custom.getNamespacedCustomObject = async (...request) => {
    const object: unknown = await read(...request);
    if (isFirst) await meanwhile();
    isFirst = false;
    return object;
  };
  return createComponentStore({ ...clients, custom });
}

describe('the entries of a Component', () => {
  const COUNT = 12;

  test('of all its APIs, written at once while its controller changes the lists, are all there in the end', async () => {
    const namespace = await stack.createNamespace('entries');
    const declared = Array.from({ length: COUNT }, (_, index) =>
      declaredApi(`api${String(index).padStart(2, '0')}`),
    );
    await declare(namespace, declared);
    await round(namespace);
    const apis = (await apisIn(namespace)).filter(
      ({ metadata }) => metadata.name !== 'shop-catalog-api00-v4',
    );
    // The controller takes the first entry away meanwhile, so that every other one moves.
    const controller = redeclare(namespace, declared.slice(1)).then(() => round(namespace));
    const writes = apis.map(({ metadata }, index) =>
      components.entries.write({ namespace, component: NAME, apiUid: metadata.uid }, entryOf(index)),
    );
    expect(await Promise.all(writes)).toEqual(apis.map(() => 'written'));
    await controller;
    const status = await statusIn(namespace);
    expect(status['coreAPIs']).toHaveLength(COUNT - 1);
    for (const [index, { metadata }] of apis.entries())
      expect(findEntry(status, metadata.uid)).toMatchObject(entryOf(index));
    await round(namespace);
    expect((await statusIn(namespace))['summary/status']).toEqual({ deployment_status: 'Complete' });
  });

  test('are written where they are by then, when the lists change between reading and writing', async () => {
    const namespace = await stack.createNamespace('entries');
    const [first, second, third] = ['u1', 'u2', 'u3'].map((uid) => ({ name: uid, uid, ready: false }));
    await declare(namespace, [], { coreAPIs: [first, second, third] });
    const store = overtakenBy(() =>
      admin.patchNamespacedCustomObject(
        { ...at, namespace, plural: COMPONENTS, name: NAME, body: { status: { coreAPIs: [second, third] } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      ),
    );
    await store.entries.write({ namespace, component: NAME, apiUid: 'u2' }, entryOf(2));
    expect((await statusIn(namespace))['coreAPIs']).toEqual([{ ...second, ...entryOf(2) }, third]);
  });

  test('are not lost when an API writes its own between reading and writing of the lists', async () => {
    const namespace = await stack.createNamespace('entries');
    const [first, second] = ['u1', 'u2'].map((uid) => ({ name: uid, uid, ready: false }));
    await declare(namespace, [], { coreAPIs: [first] });
    const component = await components.get({ namespace, name: NAME });
    const store = overtakenBy(() =>
      components.entries.write({ namespace, component: NAME, apiUid: 'u1' }, entryOf(1)),
    );
    await store.updateStatus({ namespace, name: NAME }, component?.uid ?? '', ({ status }) => ({
      coreAPIs: z.array(z.unknown()).parse(status['coreAPIs']).concat(second),
    }));
    expect((await statusIn(namespace))['coreAPIs']).toEqual([{ ...first, ...entryOf(1) }, second]);
  });

  test('are found in the map of the legacy era, and other keys of them stay', async () => {
    const namespace = await stack.createNamespace('entries');
    await declare(namespace, [], {
      securityAPIs: { 'party/role': { name: 'a', uid: 'u1', theirs: 1, developerUI: 'x' } },
    });
    const key = { namespace, component: NAME, apiUid: 'u1' };
    expect(await components.entries.write(key, { url: 'https://gw/a', ready: true })).toBe('written');
    expect((await statusIn(namespace))['securityAPIs']).toEqual({
      'party/role': { name: 'a', uid: 'u1', theirs: 1, url: 'https://gw/a', ready: true },
    });
    expect(await components.entries.read(key)).toEqual({
      url: 'https://gw/a',
      developerUI: undefined,
      ready: true,
    });
  });

  test('that are equal already are not written', async () => {
    const namespace = await stack.createNamespace('entries');
    await declare(namespace, [], { coreAPIs: [{ name: 'a', uid: 'u1', ...entryOf(1) }] });
    const before = await components.get({ namespace, name: NAME });
    const key = { namespace, component: NAME, apiUid: 'u1' };
    expect(await components.entries.write(key, entryOf(1))).toBe('written');
    expect((await components.get({ namespace, name: NAME }))?.resourceVersion).toBe(before?.resourceVersion);
  });

  test.each([
    ['of an API that the Component does not list', NAME, 'notListed', 'unlisted'],
    ['of a Component that is not there', 'nobody', 'noComponent', 'noParent'],
  ] as const)('%s are said to be missing', async (_what, component, written, read) => {
    const namespace = await stack.createNamespace('entries');
    await declare(namespace, []);
    const key = { namespace, component, apiUid: 'u1' };
    expect(await components.entries.write(key, entryOf(1))).toBe(written);
    expect(await components.entries.read(key)).toBe(read);
  });
});
