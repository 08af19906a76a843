import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { useStack } from '../support/stack/stack.ts';
import { startTcpProxy, type TcpProxy } from '../support/stack/tcpProxy.ts';

const stack = useStack();
let user: UserApis;
let gateway: Simulator;
let proxy: TcpProxy;
/** Both are one operator; the way of the first to Temporal can be blocked. */
let first: Operator;
let second: Operator;

beforeAll(async () => {
  const namespace = await stack.createNamespace('temporal-lost');
  user = userApis(stack.kubeConfig, namespace);
  gateway = await startSimulator({ logLevel: 'silent' });
  proxy = await startTcpProxy(stack.temporalAddress);
  const common = { namespaces: [namespace], gatewayUrl: gateway.url };
  const settings = { APIG_TIMEOUT: '2s' };
  first = await createOperator(stack, {
    ...common,
    settings: { ...settings, TEMPORAL_ADDRESS: proxy.address },
  });
  second = await createOperator(stack, { ...common, settings, cluster: first.cluster });
  await first.process.start();
  await eventually('the first holds the lease', async () => isHolder(first), 20_000);
  await second.process.start();
}, 60_000);
afterAll(async () => {
  proxy.unblock();
  await Promise.all([first, second].map(({ process }) => process.stop()));
  await Promise.all([proxy.close(), gateway.stop()]);
}, 45_000);

async function isHolder(operator: Operator): Promise<boolean> {
  return (await operator.readyz()).includes('gateway calls: here');
}

test('a process that loses Temporal, but not the API server, leaves the gateway calls to another', async () => {
  await user.create('before');
  await user.untilCondition('before', 'Registered', 'True Confirmed');
  proxy.block();
  await eventually('the other makes the calls', async () => isHolder(second), 30_000);
  expect(await isHolder(first)).toBe(false);
  await user.create('meanwhile');
  await user.untilCondition('meanwhile', 'Registered', 'True Confirmed');
  expect(gateway.ledger({ name: 'meanwhile' })).toHaveLength(1);
}, 120_000);
