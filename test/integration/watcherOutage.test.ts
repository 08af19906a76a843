import { ApiextensionsV1Api, KubeConfig } from '@kubernetes/client-node';
import { join } from 'node:path';
import { startStack, type Stack } from '../../deploy/dev/stack/stack.ts';
import { apiObject, settledObject } from '../support/builders/apis.ts';
import { eventually } from '../support/builders/eventually.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';
import {
  connectCounting,
  hands,
  watch,
  type CountingTemporal,
  type Watching,
} from '../support/cluster/watching.ts';

const NAMESPACE = 'default';
const DEADLINE_MS = 90_000;
const directory = join(temporaryDirectory(), 'stack');
const CRD = 'exposedapis.oda.tmforum.org';

let stack: Stack;
let counting: CountingTemporal;
let watching: Watching;
let cluster: ReturnType<typeof hands>;
let kubeConfig: KubeConfig;

beforeAll(async () => {
  stack = await startStack({ directory });
  kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  cluster = hands(kubeConfig, NAMESPACE);
}, 120_000);
beforeEach(async () => {
  counting = await connectCounting(stack.temporalAddress, stack.temporalNamespace);
});
afterEach(async () => {
  await watching.watcher.stop();
  await counting.close();
});
afterAll(async () => {
  await stack.stop();
}, 60_000);

const idOf = (name: string): string => `${counting.cluster}/exposed-api/${NAMESPACE}/${name}`;

const placed = { namespace: NAMESPACE, uid: undefined, resourceVersion: undefined };

test('a watch that is cut by a restart of the API server goes on; what is up to date stays unsignalled', async () => {
  await cluster.createIngress('10.0.0.1');
  await cluster.writeSlice('catalog-1', 'catalog', true);
  await cluster.createApi(settledObject({ metadata: placed }));
  watching = watch(kubeConfig, counting, { namespaces: [NAMESPACE] });
  await watching.watcher.caughtUp();
  await stack.apiserver.kill();
  await eventually(
    'the cut is noticed',
    () => watching.lines.some(({ level }) => level === 'warn'),
    DEADLINE_MS,
  );
  await stack.apiserver.start();
  await cluster.createApi(apiObject({ metadata: { ...placed, name: 'late' } }));
  await eventually('a signal for the API made meanwhile', () => counting.signals.length > 0, DEADLINE_MS);
  await eventually(
    'every watch is open again',
    () => watching.watcher.health().reflectors.every(isFresh),
    DEADLINE_MS,
  );
  expect(counting.signals).toEqual([idOf('late')]);
  await cluster.deleteApi('late');
}, 180_000);

test('a kind that is installed after the start is picked up', async () => {
  const extensions = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const { spec, metadata } = await extensions.readCustomResourceDefinition({ name: CRD });
  const definition = { metadata: { name: metadata?.name ?? CRD }, spec };
  await cluster.patchApi('shop-catalog-v4', { metadata: { finalizers: null } });
  await extensions.deleteCustomResourceDefinition({ name: CRD });
  await eventually('the kind is gone', async () => !(await isDefined(extensions)), DEADLINE_MS);

  watching = watch(kubeConfig, counting, { namespaces: [NAMESPACE] });
  await watching.watcher.caughtUp();
  expect(watching.watcher.health().reflectors).toContainEqual(
    expect.objectContaining({ name: `exposedapis in ${NAMESPACE}`, served: false }),
  );
  expect(watching.lines.filter(({ level }) => level === 'error')).toEqual([]);

  await extensions.createCustomResourceDefinition({ body: definition });
  await eventually('the kind is served', async () => await isCreated('first'), DEADLINE_MS);
  await eventually('a signal', () => counting.signals.includes(idOf('first')), DEADLINE_MS);
}, 240_000);

test('a token that is refused is told, and nothing ends', async () => {
  const refused = new KubeConfig();
  const current = kubeConfig.getCurrentCluster();
  if (current === null) throw new Error('the kubeconfig has no cluster');
  refused.loadFromClusterAndUser(current, { name: 'nobody', token: 'wrong' });
  watching = watch(refused, counting, { namespaces: [NAMESPACE] });
  await eventually('health says so', () => watching.watcher.health().detail.includes('401'), DEADLINE_MS);
  expect(watching.watcher.health().ready).toBe(false);
}, 120_000);

function isFresh({
  served,
  staleSince,
}: {
  served: boolean | undefined;
  staleSince: number | undefined;
}): boolean {
  return served === false || staleSince === undefined;
}

async function isDefined(extensions: ApiextensionsV1Api): Promise<boolean> {
  const { items } = await extensions.listCustomResourceDefinition();
  return items.some(({ metadata }) => metadata?.name === CRD);
}

async function isCreated(name: string): Promise<boolean> {
  try {
    await cluster.createApi(apiObject({ metadata: { ...placed, name } }));
    return true;
  } catch {
    return false;
  }
}
