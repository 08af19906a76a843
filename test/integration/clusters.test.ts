import { join } from 'node:path';
import { KubeConfig, type V1CustomResourceDefinitionVersion as Version } from '@kubernetes/client-node';
import { startStack, type Stack } from '../../deploy/dev/stack/stack.ts';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { getFromApiServer } from '../../src/kubernetes/client/apiServer.ts';
import { definitionOf, type Definition } from '../support/cluster/definition.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import {
  EXPOSED_API,
  LEGACY_API,
  userApis,
  type ApiKind,
  type UserApis,
} from '../support/cluster/userApis.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';
import { hands } from '../support/cluster/watching.ts';

const NAMESPACE = 'default';
const DEADLINE_MS = 90_000;
const directory = join(temporaryDirectory(), 'stack');

let stack: Stack;
let kubeConfig: KubeConfig;
let definition: Definition;
let gateway: Simulator;
let operator: Operator;
let user: UserApis;

/** Definitions are changed here, so the stack is of its own. The operator starts before there is one of ExposedAPIs. */
beforeAll(async () => {
  stack = await startStack({ directory });
  kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  user = userApis(kubeConfig, NAMESPACE);
  gateway = await startSimulator({ logLevel: 'silent' });
  await hands(kubeConfig, NAMESPACE).writeSlice('catalog-1', 'catalog', true);
  definition = await definitionOf(kubeConfig, 'exposedapis.oda.tmforum.org');
  await definition.remove();
  operator = await createOperator(stack, {
    namespaces: [NAMESPACE],
    gatewayUrl: gateway.url,
    settings: { API_SELECTOR: 'team!=blue' },
  });
  await operator.process.start();
}, 180_000);
afterAll(async () => {
  await operator.process.stop();
  await gateway.stop();
  await stack.stop();
}, 60_000);

const pathOf = (name: string): string => `/${NAMESPACE}/${name}`;
const callsOf = (name: string): readonly string[] =>
  gateway.ledger({ name }).map(({ operation, path }) => `${operation} ${path ?? ''}`);
const withStatus = (version: Version): void => {
  version.subresources = { status: {} };
};
const withoutStatus = (version: Version): void => {
  delete version.subresources;
};
/** Stored in one version, and not served in others. */
const storedAs =
  (stored: string, unserved?: string) =>
  (version: Version): void => {
    version.storage = version.name === stored;
    version.served = version.name !== unserved;
  };

/** As the API server has it at the version that is stored: not even a blank is lost on the way here. */
async function specText(name: string, plural = 'exposedapis', version = 'v1'): Promise<string> {
  const path = `/apis/oda.tmforum.org/${version}/namespaces/${NAMESPACE}/${plural}/${name}`;
  const response = await getFromApiServer(kubeConfig, path, {}, AbortSignal.timeout(10_000));
  const text = await response.body.text();
  const status = text.indexOf(',"status":{');
  return text.slice(text.indexOf('"spec":{'), status === -1 ? text.lastIndexOf('}') : status);
}

async function isStatusServed(name: string): Promise<boolean> {
  const path = `/apis/oda.tmforum.org/v1/namespaces/${NAMESPACE}/exposedapis/${name}/status`;
  return getFromApiServer(kubeConfig, path, {}, AbortSignal.timeout(10_000)).then(
    async (response) => (await response.body.text()) !== '',
    () => false,
  );
}

async function untilPort(name: string, port: number): Promise<void> {
  await eventually(
    `the status of ${name} tells port ${port}`,
    async () => {
      const { registered, pending } = (await user.get(name))?.status.apig ?? {};
      return JSON.stringify(registered)?.includes(`"port":${port}`) && pending === undefined;
    },
    DEADLINE_MS,
    async () => JSON.stringify(await user.get(name)),
  );
}

test('a definition installed after the start is picked up; with a status subresource the normal field tells what is observed', async () => {
  await definition.install(withStatus);
  await eventually(
    'it is served',
    async () =>
      await user.create('api').then(
        () => true,
        () => false,
      ),
    20_000,
  );
  const { metadata, status } = await user.untilCondition('api', 'Ready', 'True Available');
  expect({ generation: metadata.generation, observed: status['observedGeneration'] }).toEqual({
    generation: 1,
    observed: 1,
  });
  await user.patch('api', { spec: { resources: [{ path: '/not-for-the-gateway' }] } });
  await eventually(
    'the new generation is observed',
    async () => (await user.get('api'))?.status['observedGeneration'] === 2,
    20_000,
  );
  expect(callsOf('api')).toEqual([`create ${pathOf('api')}`]);
}, 120_000);

test('a status subresource that goes, and comes back, is followed: no status is lost, no generation is claimed without one', async () => {
  await definition.change(withoutStatus);
  await eventually('the API server serves no status subresource', async () => !(await isStatusServed('api')));
  await user.patch('api', { spec: { port: 9090 } });
  await untilPort('api', 9090);
  expect((await user.get('api'))?.status).not.toHaveProperty('observedGeneration');
  await definition.change(withStatus);
  await user.patch('api', { spec: { port: 9091 } });
  await untilPort('api', 9091);
  await eventually(
    'the generation is observed',
    async () => {
      const api = await user.get('api');
      return api?.status['observedGeneration'] === api?.metadata.generation;
    },
    20_000,
  );
  expect(callsOf('api').filter((call) => call.startsWith('remove'))).toEqual([]);
}, 180_000);

test('a definition that is deleted takes its APIs from the gateway; installed again, it is picked up', async () => {
  await definition.remove();
  expect(gateway.table()).toEqual([]);
  await definition.install();
  await eventually(
    'it is served',
    async () =>
      await user.create('api').then(
        () => true,
        () => false,
      ),
    20_000,
  );
  await user.untilCondition('api', 'Ready', 'True Available');
  expect(gateway.table().map(({ name }) => name)).toEqual(['api']);
}, 180_000);

test('a version that is no longer served is left for one that is: no API counts as gone', async () => {
  const beta = { ...EXPOSED_API, version: 'v1beta4' };
  await user.create(
    'versions',
    { specification: [{ url: 'https://specs.example/a.json', version: 'v4' }] },
    beta,
  );
  await user.untilCondition('versions', 'Ready', 'True Available');
  await definition.change(storedAs('v1beta4', 'v1'));
  const isMoved = async (): Promise<boolean> => (await user.get('versions', beta)) !== undefined;
  await eventually('the other version is served', isMoved, 20_000);
  await user.patch('versions', { spec: { port: 9090 } }, beta);
  await eventually(
    'the change is registered',
    () => gateway.table().some(({ name, port }) => name === 'versions' && port === 9090),
    DEADLINE_MS,
  );
  await definition.change(storedAs('v1'));
  await eventually(
    'v1 is served',
    async () => (await user.get('versions').catch(() => undefined)) !== undefined,
    20_000,
  );
  await user.patch('versions', { spec: { port: 9091 } });
  await untilPort('versions', 9091);
  expect(
    gateway
      .ledger()
      .filter(({ operation }) => operation === 'remove')
      .map(({ name }) => name),
  ).toEqual(['api']);
}, 240_000);

test.each<[string, unknown, ApiKind, string]>([
  ['v1', { version: 'v4', url: 'https://specs.example/a.json' }, EXPOSED_API, 'exposedapis'],
  [
    'v1beta4',
    [{ version: 'v4', url: 'https://specs.example/a.json' }],
    { ...EXPOSED_API, version: 'v1beta4' },
    'exposedapis',
  ],
  ['v1beta3', ['https://specs.example/a.json'], { ...EXPOSED_API, version: 'v1beta3' }, 'exposedapis'],
  ['legacy', 'https://specs.example/a.json', LEGACY_API, 'apis'],
])(
  'an API of the form of %s is not ours while its label says so; once it is, not a byte of its spec changes',
  async (form, specification, kind, plural) => {
    const name = `form-${form}`;
    const spec = {
      specification,
      theirs: { b: 1.5, a: ['é', null] },
      rateLimit: { enabled: false, limit: '' },
    };
    await user.create(name, spec, kind, { labels: { team: 'blue' } });
    const version = plural === 'apis' ? kind.version : 'v1';
    const before = await specText(name, plural, version);
    expect(before).toContain(JSON.stringify(spec.theirs.a));
    await user.create(`after-${form}`);
    await user.untilCondition(`after-${form}`, 'Registered', 'True Confirmed');
    expect((await user.get(name, kind))?.status.conditions).toEqual([]);
    await user.patch(name, { metadata: { labels: { team: 'red' } } }, kind);
    await user.untilCondition(name, 'Ready', 'True Available', kind);
    expect(await specText(name, plural, version)).toBe(before);
  },
);
