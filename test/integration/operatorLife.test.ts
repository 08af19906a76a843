import { EXPOSED_APIS, FINALIZER, LEGACY_APIS, type ApiPlural } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { LEGACY_API, EXPOSED_API, type ApiKind } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const life = useOperator('life');
const { namespace, user, cluster } = life;

const pathOf = (name: string): string => `/${namespace}/${name}`;
const rowsOf = (name: string) =>
  life.gateway.table().flatMap((row) => (row.name === name ? [{ path: row.path, port: row.port }] : []));
const callsOf = (name: string): readonly string[] =>
  life.gateway.ledger({ name }).map(({ operation, path }) => `${operation} ${path ?? ''}`);
const idOf = (name: string, plural: ApiPlural = EXPOSED_APIS): string =>
  life.operator.workflowId({ plural, namespace, name });

async function register(
  name: string,
  spec?: Readonly<Record<string, unknown>>,
  kind?: ApiKind,
): Promise<void> {
  await user.create(name, spec, kind);
  await user.untilCondition(name, 'Registered', 'True Confirmed', kind);
}

test('a new API is registered: finalizer, status and conditions say exactly that, and the history holds no more than that took', async () => {
  // The whole start lies behind the operator when this one is registered.
  await register('first');
  await user.create('catalog');
  const { status, metadata } = await user.untilCondition('catalog', 'Ready', 'True Available');
  const url = `${life.gateway.url}${pathOf('catalog')}`;
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(metadata.finalizers).toEqual([FINALIZER]);
  expect(status).toEqual({
    apiStatus: { name: 'catalog', ip: '127.0.0.1', url, developerUI: `${url}/docs/` },
    implementation: { ready: true },
    conditions: [
      condition('Registered', 'Confirmed', `The gateway confirmed ${pathOf('catalog')}.`),
      condition('ImplementationReady', 'EndpointsReady', 'The implementation has a ready endpoint.'),
      condition('ComponentUpdated', 'NoComponent', 'No Component owns this API.'),
      condition('Ready', 'Available', `Available at ${url}.`),
    ],
    apig: {
      state: 'Registered',
      observedSpecHash: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      gateway: life.gateway.url,
      uid: metadata.uid,
      revision: 2,
      registered: {
        name: 'catalog',
        path: pathOf('catalog'),
        specification: 'https://specs.example/TMF620.json',
        implementation: 'catalog',
        port: 8080,
      },
      registeredAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastReply: expect.objectContaining({ code: '0000' }),
      workflowId: idOf('catalog'),
      workflowUrl: expect.stringContaining(encodeURIComponent(idOf('catalog'))),
    },
  });
  expect(callsOf('catalog')).toEqual([`create ${pathOf('catalog')}`]);
  // With two workflow tasks these are 16 events; on a busy machine Temporal adds tasks.
  expect(await life.histories.eventsOfWork(idOf('catalog'))).toBeLessThanOrEqual(10);
});

test('a changed port is asserted, a changed path moves the registration', async () => {
  await register('changing');
  await user.patch('changing', { spec: { port: 9090 } });
  await eventually('the new port', () => rowsOf('changing').some(({ port }) => port === 9090), 20_000);
  await user.patch('changing', { spec: { path: pathOf('moved') } });
  const url = `${life.gateway.url}${pathOf('moved')}`;
  await eventually(
    'the new URL',
    async () => (await user.get('changing'))?.status.apiStatus['url'] === url,
    20_000,
  );
  expect(rowsOf('changing')).toEqual([{ path: pathOf('moved'), port: 9090 }]);
  expect(callsOf('changing')).toEqual([
    `create ${pathOf('changing')}`,
    `create ${pathOf('changing')}`,
    `remove ${pathOf('changing')}`,
    `create ${pathOf('moved')}`,
  ]);
});

test('readiness follows the EndpointSlices of the implementation, down and up, without a call to the gateway', async () => {
  await cluster.writeSlice('stock-1', 'stock', true);
  await user.create('stock', { implementation: 'stock' });
  await user.untilCondition('stock', 'Ready', 'True Available');
  await cluster.writeSlice('stock-1', 'stock', false);
  const down = await user.untilCondition('stock', 'Ready', 'False NoReadyEndpoints');
  expect(down.status.implementation).toEqual({ ready: false });
  expect(await user.condition('stock', 'Registered')).toBe('True Confirmed');
  await cluster.writeSlice('stock-2', 'stock', true);
  const up = await user.untilCondition('stock', 'Ready', 'True Available');
  expect(up.status.implementation).toEqual({ ready: true });
  expect(callsOf('stock')).toEqual([`create ${pathOf('stock')}`]);
});

test('a deleted API is removed from the gateway, then released; Events tell both', async () => {
  await register('leaving');
  await user.remove('leaving');
  await user.untilGone('leaving');
  expect(rowsOf('leaving')).toEqual([]);
  expect(callsOf('leaving')).toEqual([`create ${pathOf('leaving')}`, `remove ${pathOf('leaving')}`]);
  await life.events('leaving').untilAll(['Normal Registered', 'Normal Removed']);
});

test.each([
  ['no-slash', { path: 'catalog' }, 'spec.path'],
  ['dots', { path: '/shop/../admin' }, 'spec.path'],
  ['control', { path: '/shop/\u0007' }, 'spec.path'],
  ['port', { port: 70_000 }, 'spec.port'],
])(
  'an invalid spec (%s) is told with the field at fault, never sent, holds nobody up, and is taken up once corrected',
  async (name, spec, field) => {
    await user.create(name, spec);
    const { status } = await user.untilCondition(name, 'Registered', 'False InvalidSpec');
    expect(status.conditions.find(({ type }) => type === 'Registered')?.message).toContain(field);
    await register(`beside-${name}`);
    expect(callsOf(name)).toEqual([]);
    await user.patch(name, { spec: { path: pathOf(name), port: 8080 } });
    await user.untilCondition(name, 'Registered', 'True Confirmed');
  },
);

test.each<[string, unknown, ApiKind]>([
  ['v1', { url: 'https://specs.example/a.json', version: 'v4' }, EXPOSED_API],
  [
    'v1beta4',
    [{ url: 'https://specs.example/a.json', version: 'v4' }],
    { ...EXPOSED_API, version: 'v1beta4' },
  ],
  ['v1beta3', ['https://specs.example/a.json'], { ...EXPOSED_API, version: 'v1beta3' }],
  ['legacy', 'https://specs.example/a.json', LEGACY_API],
])(
  'a specification in the shape of %s is registered by its URL and stays byte for byte as the user wrote it',
  async (shape, specification, kind) => {
    const name = `shape-${shape}`;
    await user.create(name, { specification }, kind);
    const before = await user.get(name, kind);
    const after = await user.untilCondition(name, 'Registered', 'True Confirmed', kind);
    expect(JSON.stringify(after.spec)).toBe(JSON.stringify(before?.spec));
    expect(after.spec['specification']).toEqual(specification);
    expect(life.gateway.ledger({ name }).map(({ body }) => body)).toEqual([
      expect.objectContaining({ specification: 'https://specs.example/a.json' }),
    ]);
    await user.remove(name, kind);
    await user.untilGone(name, kind);
    expect(rowsOf(name)).toEqual([]);
  },
);

test('the two kinds may share a name: each is registered by a workflow of its own', async () => {
  await register('both');
  await register(
    'both',
    { path: pathOf('both-legacy'), specification: 'https://specs.example/b.json' },
    LEGACY_API,
  );
  const legacy = await user.get('both', LEGACY_API);
  expect(legacy?.status.apig['workflowId']).toBe(idOf('both', LEGACY_APIS));
  expect((await user.get('both'))?.status.apig['workflowId']).toBe(idOf('both'));
  expect(rowsOf('both').map(({ path }) => path)).toEqual([pathOf('both'), pathOf('both-legacy')]);
});
