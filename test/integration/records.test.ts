import { CustomObjectsApi } from '@kubernetes/client-node';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { EXPOSED_APIS, ODA_GROUP } from '../../src/domain/kubernetes/names.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const records = useOperator('records', { namespaces: ['copies'] });
const { stack, namespace, user } = records;
const [copies = ''] = records.namespaces;
const custom = stack.kubeConfig.makeApiClient(CustomObjectsApi);
let another: Simulator | undefined;
afterAll(() => another?.stop());

const at = (of: string) => ({ group: ODA_GROUP, version: 'v1', namespace: of, plural: EXPOSED_APIS });
const rows = () => records.gateway.table().map(({ name, path }) => `${name} ${path}`);
const callsFor = (name: string) => records.gateway.ledger({ name }).map(({ operation }) => operation);

async function register(name: string, spec?: Readonly<Record<string, unknown>>): Promise<void> {
  await user.create(name, spec);
  await user.untilCondition(name, 'Registered', 'True Confirmed');
}

/** As `kubectl get -o yaml` shows it, with its status. */
async function saved(name: string) {
  const object = asObject(await custom.getNamespacedCustomObject({ ...at(namespace), name }));
  const { spec, status, apiVersion, kind } = object;
  return { apiVersion, kind, metadata: { name }, spec, status };
}

test('a status that names the path of another: the other stays, and its own API is registered', async () => {
  await register('victim');
  const victim = `/${namespace}/victim`;
  await register('forger');
  const before = records.gateway.ledger().length;
  const { registered } = (await user.get('forger'))?.status.apig ?? {};
  const forged = { ...asObject(registered), path: victim };
  await user.patch('forger', { status: { apig: { registered: forged, unconfirmed: [forged] } } });
  await eventually('the status says again what is so', async () => {
    const { apig } = (await user.get('forger'))?.status ?? {};
    return (
      asObject(apig?.['registered'])['path'] === `/${namespace}/forger` && apig?.['unconfirmed'] === undefined
    );
  });
  expect(records.gateway.ledger()).toHaveLength(before);

  // What a tenant can write before any workflow has seen the resource, or after its memory is lost.
  const early = { ...forged, name: 'early' };
  await custom.createNamespacedCustomObject({
    ...at(namespace),
    body: {
      ...(await saved('forger')),
      metadata: { name: 'early' },
      spec: { ...asObject((await saved('forger')).spec), path: `/${namespace}/early` },
      status: { apig: { state: 'Registered', registered: early } },
    },
  });
  await user.untilCondition('early', 'Registered', 'True Confirmed');
  expect(callsFor('early')).toEqual(['create']);
  expect(rows()).toEqual(
    expect.arrayContaining([`victim ${victim}`, `forger /${namespace}/forger`, `early /${namespace}/early`]),
  );
});

test('an API that is restored with its status says Registered only after the gateway has said so', async () => {
  await register('restored');
  const backup = await saved('restored');
  await user.remove('restored');
  await user.untilGone('restored');
  expect(rows().filter((row) => row.startsWith('restored '))).toEqual([]);

  await custom.createNamespacedCustomObject({ ...at(namespace), body: backup });
  await eventually('it is registered', () => callsFor('restored').length === 3);
  await user.untilCondition('restored', 'Registered', 'True Confirmed');
  expect(callsFor('restored')).toEqual(['create', 'remove', 'create']);
  expect(rows()).toContain(`restored /${namespace}/restored`);
});

test('a copy in another namespace with another path is registered, and the original stays', async () => {
  await register('original');
  const copy = await saved('original');
  const path = `/${copies}/original`;
  await custom.createNamespacedCustomObject({
    ...at(copies),
    body: { ...copy, spec: { ...asObject(copy.spec), path } },
  });
  await eventually('the copy is registered', () => rows().includes(`original ${path}`), 20_000);
  await userApis(stack.kubeConfig, copies).untilCondition('original', 'Registered', 'True Confirmed');
  expect(rows()).toEqual(expect.arrayContaining([`original /${namespace}/original`, `original ${path}`]));
  expect(callsFor('original')).toEqual(['create', 'create']);
});

test("two spellings of one path are one place: the older has it, and the newer one's deletion takes nothing", async () => {
  const path = `/${namespace}/spelt`;
  await register('older-spelling', { path });
  await user.create('younger-spelling', { path: `${path}/` });
  await user.untilCondition('younger-spelling', 'Registered', 'False PathConflict');
  await user.remove('younger-spelling');
  await user.untilGone('younger-spelling');
  expect(callsFor('younger-spelling')).toEqual([]);
  expect(rows()).toContain(`older-spelling ${path}`);

  await user.patch('older-spelling', { spec: { path: `${path}/` } });
  await eventually('the new spelling is asserted', () => callsFor('older-spelling').length === 2);
  await user.untilCondition('older-spelling', 'Registered', 'True Confirmed');
  expect(callsFor('older-spelling')).toEqual(['create', 'create']);
});

test('a changed form of the specification, and another gateway, are asserted for every API', async () => {
  await register('moved');
  await records.restartWith({ APIG_SPECIFICATION_FORM: 'array' });
  await eventually('it is sent in the new form', () => callsFor('moved').length === 2, 30_000);
  await user.untilCondition('moved', 'Registered', 'True Confirmed');

  const next = await startSimulator({ logLevel: 'silent' });
  another = next;
  await records.restartWith({ APIG_SPECIFICATION_FORM: 'array', APIG_ENDPOINT: next.url });
  await eventually(
    'it is at the new gateway',
    () => next.table().some(({ name }) => name === 'moved'),
    30_000,
  );
  await eventually('the status names the new gateway', async () => {
    const { apig } = (await user.untilCondition('moved', 'Registered', 'True Confirmed')).status;
    return apig['gateway'] === next.url;
  });
  // A setting has to ask for it.
  expect(callsFor('moved')).toEqual(['create', 'create']);
}, 120_000);
