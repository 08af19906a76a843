import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { useStack } from '../support/stack/stack.ts';

const stack = useStack();
let namespace: string;
let gateway: Simulator;
let operator: Operator;
let user: UserApis;

beforeAll(async () => {
  namespace = await stack.createNamespace('hang');
  user = userApis(stack.kubeConfig, namespace);
  gateway = await startSimulator({ logLevel: 'silent' });
  operator = await createOperator(stack, {
    namespaces: [namespace],
    gatewayUrl: gateway.url,
    settings: { APIG_MAX_CONCURRENCY: '2', APIG_TIMEOUT: '60s' },
  });
  await operator.process.start();
}, 90_000);
afterAll(async () => {
  // Else the operator would wait for the call that hangs.
  gateway.release();
  await operator.process.stop();
  await gateway.stop();
}, 30_000);

test('an API whose call hangs delays no other: they are registered while it hangs, two calls at a time', async () => {
  gateway.addFault({ kind: 'hang', name: 'hanging' });
  await user.create('hanging');
  await eventually('its call hangs', () => gateway.held().length === 1, 20_000);
  const others = Array.from({ length: 10 }, (_, index) => `api-${index}`);
  for (const name of others) await user.create(name);
  for (const name of others) await user.untilCondition(name, 'Registered', 'True Confirmed');
  expect(gateway.held().map(({ name }) => name)).toEqual(['hanging']);
  expect(gateway.ledger({ name: 'hanging' })).toHaveLength(1);
  expect(
    gateway
      .table()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(others);
});
