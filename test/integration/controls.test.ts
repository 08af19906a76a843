import { ANNOTATIONS } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const RATE = 4;

const controls = useOperator('controls', {
  copies: 2,
  settings: { APIG_MAX_RPS: String(RATE) },
});
const { stack, user, cluster } = controls;
let unwatched: string;
beforeAll(async () => {
  unwatched = await stack.createNamespace('unwatched');
});

const annotate = (name: string, annotation: string, value: string | null): Promise<void> =>
  user.patch(name, { metadata: { annotations: { [annotation]: value } } });
const callsOf = (name: string): number => controls.gateway.ledger({ name }).length;

test('the annotation paused holds back every call, and its end lets the last change through', async () => {
  await user.create('paused');
  await user.untilCondition('paused', 'Ready', 'True Available');
  await annotate('paused', ANNOTATIONS.paused, 'true');
  await user.untilCondition('paused', 'Registered', 'Unknown Paused');
  for (const port of [9_001, 9_002]) await user.patch('paused', { spec: { port } });
  // Another API that is registered afterwards shows that these have been seen.
  await user.create('after-paused');
  await user.untilCondition('after-paused', 'Registered', 'True Confirmed');
  expect(callsOf('paused')).toBe(1);
  await annotate('paused', ANNOTATIONS.paused, null);
  await user.untilCondition('paused', 'Registered', 'True Confirmed');
  expect(controls.gateway.table()).toContainEqual(expect.objectContaining({ name: 'paused', port: 9_002 }));
  expect(callsOf('paused')).toBe(2);
}, 90_000);

test('reconcile-requested-at is echoed once it has been handled, each new token again', async () => {
  await user.create('asked');
  await user.untilCondition('asked', 'Ready', 'True Available');
  for (const token of ['first', 'second']) {
    await annotate('asked', ANNOTATIONS.reconcileRequestedAt, token);
    await eventually(
      `${token} is echoed`,
      async () => (await user.get('asked'))?.status.apig['lastHandledReconcileAt'] === token,
      20_000,
    );
  }
  expect((await user.get('asked'))?.status.apig['state']).toBe('Registered');
});

test('APIs of a namespace that is not in WATCH_NAMESPACES are left alone', async () => {
  const elsewhere = userApis(stack.kubeConfig, unwatched);
  await elsewhere.create('foreign');
  await user.create('ours');
  await user.untilCondition('ours', 'Registered', 'True Confirmed');
  const foreign = await elsewhere.get('foreign');
  expect(foreign).toMatchObject({ metadata: { finalizers: [] }, status: { conditions: [], apig: {} } });
  expect(callsOf('foreign')).toBe(0);
});

test('readiness is told within a second, down and up', async () => {
  await cluster.writeSlice('quick-1', 'quick', true);
  await user.create('quick', { implementation: 'quick' });
  await user.untilCondition('quick', 'Ready', 'True Available');
  const delays: number[] = [];
  for (const isReady of [false, true, false, true, false, true]) {
    const before = Date.now();
    await cluster.writeSlice('quick-1', 'quick', isReady);
    const { status } = await user.untilCondition(
      'quick',
      'ImplementationReady',
      isReady ? 'True EndpointsReady' : 'False NoReadyEndpoints',
    );
    const told = status.conditions.find(({ type }) => type === 'ImplementationReady')?.lastTransitionTime;
    delays.push(Date.parse(told ?? '') - before);
  }
  // The quickest of each direction: the machine may be busy with other things.
  const quickest = [0, 1].map((offset) =>
    Math.min(...delays.filter((_delay, index) => index % 2 === offset)),
  );
  expect(quickest.map((delay) => delay < 1_000)).toEqual([true, true]);
}, 60_000);

test('APIG_MAX_RPS holds over two operators: a burst of APIs reaches the gateway no faster', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `burst-${index}`);
  await Promise.all(names.map((name) => user.create(name)));
  for (const name of names) await user.untilCondition(name, 'Registered', 'True Confirmed');
  const times = names
    .flatMap((name) => controls.gateway.ledger({ name }).map(({ receivedAt }) => Date.parse(receivedAt)))
    .toSorted((a, b) => a - b);
  const [first = 0] = times;
  const seconds = ((times.at(-1) ?? 0) - first) / 1_000;
  expect(times).toHaveLength(names.length);
  // One second's worth may go at once, and Temporal counts in parts; without a limit it takes about a second.
  expect(seconds).toBeGreaterThan((0.75 * (names.length - 2 * RATE)) / RATE);
}, 90_000);
