import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { eventsAbout } from '../support/cluster/events.ts';
import { useStack } from '../support/stack/stack.ts';
import { hands } from '../support/cluster/watching.ts';

const COUNT = 10;
const INTERVAL_S = 16;
const NAMES = Array.from({ length: COUNT }, (_, index) => `api-${index}`);

const stack = useStack();
let namespace: string;
let gateway: Simulator;
let operator: Operator;
let user: UserApis;

beforeAll(async () => {
  namespace = await stack.createNamespace('reassert');
  user = userApis(stack.kubeConfig, namespace);
  gateway = await startSimulator({ logLevel: 'silent' });
  operator = await createOperator(stack, {
    namespaces: [namespace],
    gatewayUrl: gateway.url,
    settings: { REASSERT_INTERVAL: `${INTERVAL_S}s` },
  });
  await hands(stack.kubeConfig, namespace).writeSlice('catalog-1', 'catalog', true);
  await operator.process.start();
}, 90_000);
afterAll(async () => {
  await operator.process.stop();
  await gateway.stop();
}, 30_000);

test('a gateway that lost its table has every route back within REASSERT_INTERVAL, one after the other, and no API flaps', async () => {
  await Promise.all(NAMES.map((name) => user.create(name)));
  for (const name of NAMES) await user.untilCondition(name, 'Ready', 'True Available');
  const before = await Promise.all(NAMES.map((name) => user.get(name)));
  await fetch(`${gateway.adminUrl}/reset`, { method: 'POST' });
  expect(gateway.table()).toEqual([]);
  // The second half is for a busy machine.
  await eventually('every route is back', () => gateway.table().length === COUNT, INTERVAL_S * 1500);
  const times = gateway.ledger().map(({ receivedAt }) => Date.parse(receivedAt));
  const mostInASecond = Math.max(
    ...times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length),
  );
  // They are sent 0.8 s apart.
  expect(mostInASecond).toBeLessThanOrEqual(COUNT / 2);
  for (const [index, name] of NAMES.entries()) {
    await eventually(
      `${name} tells the newer confirmation`,
      async () =>
        (await user.get(name))?.status.apig['registeredAt'] !== before[index]?.status.apig['registeredAt'],
      10_000,
    );
    const after = await user.get(name);
    expect(after?.status.conditions).toEqual(before[index]?.status.conditions);
    expect(after?.status.apiStatus).toEqual(before[index]?.status.apiStatus);
    expect(await eventsAbout(stack.kubeConfig, namespace, name)).toEqual(['Normal Registered']);
  }
});
