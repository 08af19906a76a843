import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { userComponents, type UserComponents } from '../support/cluster/userComponents.ts';
import { useStack } from '../support/stack/stack.ts';

const stack = useStack();
let namespace: string;
let gateway: Simulator;
let operator: Operator;
let apis: UserApis;
let components: UserComponents;

beforeAll(async () => {
  namespace = await stack.createNamespace('uninstall');
  apis = userApis(stack.kubeConfig, namespace);
  components = userComponents(stack.kubeConfig, namespace);
  gateway = await startSimulator({ logLevel: 'silent' });
  operator = await createOperator(stack, { namespaces: [namespace], gatewayUrl: gateway.url });
  await operator.process.start();
}, 90_000);
afterAll(async () => {
  await operator.process.stop();
  await gateway.stop();
}, 30_000);

/** A Component with two registered APIs. */
async function install(component: string): Promise<readonly string[]> {
  const owned = await components.create(component);
  const names = [`${component}-orders`, `${component}-prices`];
  for (const name of names) await apis.create(name, {}, undefined, owned);
  for (const name of names) await apis.untilCondition(name, 'Registered', 'True Confirmed');
  return names;
}

async function untilUninstalled(component: string, names: readonly string[]): Promise<void> {
  for (const name of names) await apis.untilGone(name);
  await eventually(
    'the Component is gone',
    async () => (await components.get(component)) === undefined,
    30_000,
  );
  expect(gateway.table()).toEqual([]);
}

test('a Component deleted in the background goes at once; the garbage collector deletes its APIs, and the gateway keeps none', async () => {
  const names = await install('background');
  await components.remove('background', 'Background');
  expect(await components.get('background')).toBeUndefined();
  await untilUninstalled('background', names);
});

test('a Component deleted in the foreground waits for its APIs, and they for the gateway', async () => {
  const names = await install('foreground');
  await gateway.pause();
  await components.remove('foreground', 'Foreground');
  for (const name of names) await apis.untilSaid(name, 'Registered', 'waits for the gateway: ECONNREFUSED');
  expect((await components.get('foreground'))?.metadata).toMatchObject({
    finalizers: ['foregroundDeletion'],
    deletionTimestamp: expect.any(String) as unknown,
  });
  for (const name of names) expect((await apis.get(name))?.metadata.finalizers).toContain(FINALIZER);
  await gateway.resume();
  await untilUninstalled('foreground', names);
});
