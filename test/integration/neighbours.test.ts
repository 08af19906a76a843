import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { startStack, type Stack } from '../../deploy/dev/stack/stack.ts';
import { eventually } from '../support/builders/eventually.ts';
import { definitionOf, type Definition } from '../support/cluster/definition.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { userComponents, type UserComponents } from '../support/cluster/userComponents.ts';
import { hands } from '../support/cluster/watching.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';

const NAMESPACE = 'default';
const directory = join(temporaryDirectory(), 'stack');

let stack: Stack;
let kubeConfig: KubeConfig;
let definition: Definition;
let gateway: Simulator;
let operator: Operator;
let user: UserApis;
let components: UserComponents;

/** The definition of Components is taken away here, so the stack is of its own. */
beforeAll(async () => {
  stack = await startStack({ directory });
  kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  user = userApis(kubeConfig, NAMESPACE);
  components = userComponents(kubeConfig, NAMESPACE);
  definition = await definitionOf(kubeConfig, 'components.oda.tmforum.org');
  gateway = await startSimulator({ logLevel: 'silent' });
  await hands(kubeConfig, NAMESPACE).writeSlice('catalog-1', 'catalog', true);
  operator = await createOperator(stack, { namespaces: [NAMESPACE], gatewayUrl: gateway.url });
  await operator.process.start();
}, 180_000);
afterAll(async () => {
  await operator.process.stop();
  await gateway.stop();
  await stack.stop();
}, 60_000);

test('Components that are no longer served hold nothing up: their APIs are changed, made and deleted', async () => {
  const { metadata } = await kubeConfig
    .makeApiClient(CoreV1Api)
    .createNamespacedConfigMap({ namespace: NAMESPACE, body: { metadata: { name: 'holder' } } });
  const { ownerReferences } = await components.create('shop');
  // The second owner keeps the garbage collector from deleting the APIs with the Component.
  const holder = { apiVersion: 'v1', kind: 'ConfigMap', name: 'holder', uid: metadata?.uid };
  const owned = { ownerReferences: [...(ownerReferences as object[]), holder] };
  await user.create('orders', {}, undefined, owned);
  const uid = (await user.get('orders'))?.metadata.uid;
  await components.mergeStatus('shop', { coreAPIs: [{ name: 'orders', uid, ready: false }] });
  await user.untilCondition('orders', 'ComponentUpdated', 'True EntryWritten');

  await definition.remove();
  await user.patch('orders', { spec: { port: 9090 } });
  await eventually(
    'the change is registered, and says so',
    async () =>
      z.object({ port: z.number() }).safeParse((await user.get('orders'))?.status.apig['registered']).data
        ?.port === 9090,
    20_000,
  );
  expect(gateway.table()).toMatchObject([{ port: 9090 }]);
  const { status } = await user.untilCondition('orders', 'Ready', 'True Available');
  expect(status.implementation['ready']).toBe(true);
  await user.create('prices', {}, undefined, owned);
  await user.untilCondition('prices', 'Ready', 'True Available');

  await user.remove('orders');
  await user.untilGone('orders');
  expect(gateway.table().map(({ name }) => name)).toEqual(['prices']);

  await definition.install();
  await user.untilCondition('prices', 'Ready', 'True Available');
  await user.remove('prices');
  await user.untilGone('prices');
  expect(gateway.table()).toEqual([]);
}, 120_000);
