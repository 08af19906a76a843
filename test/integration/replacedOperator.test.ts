/**
 * Defects of the operator that this one replaces, in what the API server and a running operator have a say in.
 * docs/situations.md lists them all; others are in test/defects and test/workflows.
 */
import { ApiException, CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { EXPOSED_APIS, ODA_GROUP } from '../../src/domain/kubernetes/names.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { API_SPEC } from '../support/builders/apis.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const replaced = useOperator('replaced');
const { stack, namespace, user } = replaced;
const custom = stack.kubeConfig.makeApiClient(CustomObjectsApi);

const place = (name: string, version = 'v1') => ({
  group: ODA_GROUP,
  version,
  namespace,
  plural: EXPOSED_APIS,
  name,
});
const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

async function register(name: string): Promise<void> {
  await user.create(name);
  await user.untilCondition(name, 'Ready', 'True Available');
}

async function generationOf(name: string): Promise<unknown> {
  return asObject(asObject(await custom.getNamespacedCustomObject(place(name)))['metadata'])['generation'];
}

/** The finalizer of that operator, which it set on every API. */
const KOPF = 'kopf.zalando.org/KopfFinalizerMarker';

/** An API as that operator has left it: registered at another path than its spec asks for by now. */
async function createLeft(name: string, left: string): Promise<void> {
  const { version: _version, name: _name, ...at } = place(name);
  const call = { name, path: left, implementation: 'catalog', port: 8080 };
  const spec = { ...call, specification: [{ url: 'https://specs.example/TMF620.json' }] };
  const sent = { ...call, specification: 'https://specs.example/TMF620.json' };
  await fetch(`${replaced.gateway.url}/operator/AutoCreation/createAPIFromSwagger`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(sent),
  });
  await custom.createNamespacedCustomObject({
    ...at,
    version: 'v1',
    body: {
      apiVersion: `${ODA_GROUP}/v1`,
      kind: 'ExposedAPI',
      metadata: { name, namespace, finalizers: [KOPF] },
      spec: { ...API_SPEC, path: `/${namespace}/${name}` },
      status: { apigBind: { response: { res_code: '0000' }, spec } },
    },
  });
}

const rows = (): readonly string[] => replaced.gateway.table().map(({ name, path }) => `${name} ${path}`);
const operationsOf = (name: string): readonly string[] =>
  replaced.gateway.ledger({ name }).map(({ operation, path }) => `${operation} ${path ?? ''}`);
const callsOf = (name: string): number => replaced.gateway.ledger({ name }).length;

test('there is no status subresource: its writes to …/status were answered 404, so it could set no status; here the status is there', async () => {
  await register('status');
  const body = { status: { apiStatus: { url: 'http://x' } } };
  await expect(
    custom.patchNamespacedCustomObjectStatus({ ...place('status'), body }, MERGE),
  ).rejects.toMatchObject({ code: 404 } satisfies Partial<ApiException<unknown>>);
  const { status } = await user.untilCondition('status', 'Ready', 'True Available');
  expect(status.apiStatus).toMatchObject({
    name: 'status',
    url: `${replaced.gateway.url}/${namespace}/status`,
  });
});

test('every write of a status raises the generation: it is no sign of a change of the spec; here the hash of the spec is, and no call is made', async () => {
  await register('generation');
  const before = await user.get('generation');
  const generation = Number(await generationOf('generation'));
  for (const count of [1, 2, 3]) await user.patch('generation', { status: { another: { count } } });
  expect(Number(await generationOf('generation'))).toBeGreaterThanOrEqual(generation + 3);
  // A change that is answered after these shows that they have been seen.
  await user.patch('generation', { spec: { developerUI: '/pages' } });
  await eventually(
    'the change after them is answered',
    async () => String((await user.get('generation'))?.status.apiStatus['developerUI']).endsWith('/pages'),
    45_000,
  );
  const after = await user.get('generation');
  expect(after?.status.apig['observedSpecHash']).not.toBe(before?.status.apig['observedSpecHash']);
  expect(after?.status['another']).toEqual({ count: 3 });
  expect(callsOf('generation')).toBe(1);
});

test('what is stored as v1 is written through v1beta4: that spoils or refuses the specification of its user; here it stays byte for byte', async () => {
  await user.create('versions');
  const before = JSON.stringify((await user.get('versions'))?.spec);
  const { spec } = await user.untilCondition('versions', 'Registered', 'True Confirmed');
  expect(JSON.stringify(spec)).toBe(before);
  const old = { ...place('versions', 'v1beta4'), body: { status: { theirs: true } } };
  const written = await custom.patchNamespacedCustomObject(old, MERGE).then(
    () => 'written',
    (error: unknown) => (error instanceof ApiException ? error.code : error),
  );
  const left = (await user.get('versions'))?.spec['specification'];
  expect([written, JSON.stringify(left)]).not.toEqual(['written', JSON.stringify(spec['specification'])]);
});

test('somebody else writes while the status is written: its patch of a whole object it had read took that back; here it stays', async () => {
  await user.create('shared');
  for (let count = 1; count <= 30; count += 1)
    await user.patch('shared', {
      metadata: { annotations: { [`example.com/n${count}`]: 'x' } },
      status: { theirs: { [`n${count}`]: true } },
      ...(count === 30 ? { spec: { port: 9090 } } : {}),
    });
  await eventually(
    'the last change is registered',
    () => replaced.gateway.table().some(({ name, port }) => name === 'shared' && port === 9090),
    45_000,
  );
  const { status, spec } = await user.untilCondition('shared', 'Ready', 'True Available');
  const object = asObject(await custom.getNamespacedCustomObject(place('shared')));
  expect(Object.keys(asObject(asObject(object['metadata'])['annotations']))).toHaveLength(30);
  expect(Object.keys(asObject(status['theirs']))).toHaveLength(30);
  expect(spec['port']).toBe(9090);
});

test('eight calls hang: it stood still for everybody; here all others are registered meanwhile', async () => {
  const hanging = Array.from({ length: 8 }, (_, index) => `hangs-${index}`);
  for (const name of hanging) replaced.gateway.addFault({ kind: 'hang', name });
  await Promise.all(hanging.map((name) => user.create(name)));
  await eventually('eight calls hang', () => replaced.gateway.held().length === 8, 30_000);
  await register('beside-them');
  replaced.gateway.clearFaults();
  replaced.gateway.release();
  for (const name of hanging) await user.untilCondition(name, 'Registered', 'True Confirmed');
}, 120_000);

test('the operator is away while things change: it looked at no API again; here every one is compared at the start', async () => {
  for (const name of ['changed', 'deleted', 'untouched']) await register(name);
  await replaced.operator.process.stop();
  await user.patch('changed', { spec: { port: 9090 } });
  await user.remove('deleted');
  await replaced.operator.process.start();
  await user.untilGone('deleted');
  await eventually(
    'the change is registered',
    () => replaced.gateway.table().some(({ name, port }) => name === 'changed' && port === 9090),
    45_000,
  );
  expect(replaced.gateway.table().filter(({ name }) => name === 'deleted')).toEqual([]);
  expect(callsOf('untouched')).toBe(1);
}, 120_000);

test('a change failed: it left the registration of before for ever; here that is removed, and the message of the deletion names its finalizer', async () => {
  const left = `/${namespace}/left-before`;
  await createLeft('left', left);
  await user.untilCondition('left', 'Registered', 'True Confirmed');
  const own = `/${namespace}/left`;
  expect(operationsOf('left')).toEqual([`create ${left}`, `remove ${left}`, `create ${own}`]);
  await user.remove('left');
  const removed = await user.untilCondition('left', 'Registered', 'False Removed');
  expect(rows().filter((row) => row.startsWith('left '))).toEqual([]);
  expect(removed.metadata.finalizers).toEqual([KOPF]);
  await user.untilSaid('left', 'Registered', `The replaced operator has left ${KOPF}: take it away`);
  await user.patch('left', { metadata: { finalizers: null } });
  await user.untilGone('left');
});

test('what it says that it has registered is the path of another API: here that one stays, whoever wrote it', async () => {
  await register('neighbour');
  const path = `/${namespace}/neighbour`;
  const before = replaced.gateway.ledger().length;
  await createLeft('claims', path);
  await user.untilCondition('claims', 'Registered', 'True Confirmed');
  // The first call is the test's own, as that operator would have made it.
  const calls = replaced.gateway.ledger().slice(before + 1);
  expect(calls.map(({ operation, path: at }) => `${operation} ${at ?? ''}`)).toEqual([
    `create /${namespace}/claims`,
  ]);
});

test('an API was deleted before the move: its finalizer held it for ever; here its registration goes, and the message names the finalizer', async () => {
  await replaced.operator.process.stop();
  const left = `/${namespace}/ending`;
  await createLeft('ending', left);
  await user.remove('ending');
  await replaced.operator.process.start();
  await user.untilSaid('ending', 'Registered', `The replaced operator has left ${KOPF}: take it away`);
  expect(operationsOf('ending')).toEqual([`create ${left}`, `remove ${left}`]);
  await replaced.events('ending').until('Normal Removed');
  await user.patch('ending', { metadata: { finalizers: null } });
  await user.untilGone('ending');
}, 120_000);
