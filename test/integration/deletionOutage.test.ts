import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { startStack, type Stack } from '../../deploy/dev/stack/stack.ts';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';

const NAMESPACE = 'default';
const WAITS = 'waits for the gateway. No answer came from the gateway (connect ECONNREFUSED';
const directory = join(temporaryDirectory(), 'stack');

let stack: Stack;
let gateway: Simulator;
let operator: Operator;
let user: UserApis;

/** Everything is ended here, so the stack is of its own. */
beforeAll(async () => {
  stack = await startStack({ directory });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  user = userApis(kubeConfig, NAMESPACE);
  gateway = await startSimulator({ logLevel: 'silent' });
  operator = await createOperator(stack, {
    namespaces: [NAMESPACE],
    gatewayUrl: gateway.url,
    settings: { RESYNC_INTERVAL: '5s' },
  });
  await operator.process.start();
}, 180_000);
afterAll(async () => {
  await operator.process.stop();
  await gateway.stop();
  await stack.stop();
}, 60_000);

test('deletions that wait for the gateway survive a crash of the operator, of Temporal and of the API server; one made past its finalizer meanwhile is found', async () => {
  for (const name of ['waiting', 'vanished']) {
    await user.create(name);
    await user.untilCondition(name, 'Registered', 'True Confirmed');
  }
  await gateway.pause();
  await user.remove('waiting');
  await user.untilSaid('waiting', 'Registered', WAITS);
  await Promise.all([operator.process.kill(), stack.temporal.kill(), stack.apiserver.kill()]);
  await Promise.all([stack.temporal.start(), stack.apiserver.start()]);
  // No operator is there to see this one.
  await user.patch('vanished', { metadata: { finalizers: null } });
  await user.remove('vanished');
  await operator.process.start();
  await user.untilSaid('waiting', 'Registered', WAITS);
  expect((await user.get('waiting'))?.metadata.finalizers).toEqual([FINALIZER]);
  expect(gateway.table()).toHaveLength(2);
  await gateway.resume();
  await user.untilGone('waiting');
  await eventually('the gateway keeps neither', () => gateway.table().length === 0, 60_000);
}, 180_000);
