import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { auditFromNow } from '../support/cluster/audit.ts';
import { connectHistories, type Histories } from '../support/temporal/histories.ts';
import { useStack } from '../support/stack/stack.ts';
import { hands } from '../support/cluster/watching.ts';

const COUNT = 200;
/** Created at one time. */
const BATCH = 20;
const NAMES = Array.from({ length: COUNT }, (_, index) => `api-${index}`);
const WRITE = /^(create|update|patch|delete|deletecollection) /;

const stack = useStack();
let namespace: string;
let gateway: Simulator;
let operator: Operator;
let histories: Histories;
let user: UserApis;

beforeAll(async () => {
  namespace = await stack.createNamespace('restart');
  user = userApis(stack.kubeConfig, namespace);
  gateway = await startSimulator({ logLevel: 'silent' });
  operator = await createOperator(stack, options());
  histories = await connectHistories(stack);
  await hands(stack.kubeConfig, namespace).writeSlice('catalog-1', 'catalog', true);
  await operator.process.start();
}, 90_000);
afterAll(async () => {
  await operator.process.stop();
  await histories.close();
  await gateway.stop();
}, 30_000);

const options = () => ({
  namespaces: [namespace],
  gatewayUrl: gateway.url,
  settings: { APIG_MAX_RPS: '1000', APIG_MAX_CONCURRENCY: '50' },
});

test('a restart with 200 registered APIs, and resyncs, call nobody: no gateway, no write, no workflow', async () => {
  for (let from = 0; from < COUNT; from += BATCH)
    await Promise.all(NAMES.slice(from, from + BATCH).map((name) => user.create(name)));
  for (const name of NAMES) await user.untilCondition(name, 'Ready', 'True Available');
  const ids = NAMES.map((name) => operator.workflowId({ plural: EXPOSED_APIS, namespace, name }));
  const before = await histories.idleLengths(ids);
  // In a burst, too, a first registration writes no more than what it is worth.
  expect(before.filter((length) => length > 16)).toEqual([]);
  await operator.process.stop();
  expect(gateway.table()).toHaveLength(COUNT);
  expect(gateway.ledger()).toHaveLength(COUNT);
  gateway.clearLedger();

  const audit = await auditFromNow(stack.auditLogPath, namespace);
  const lists = async (): Promise<number> =>
    (await audit.requests()).filter((request) => request === 'list exposedapis').length;
  const { cluster } = operator;
  operator = await createOperator(stack, { ...options(), cluster, settings: { RESYNC_INTERVAL: '2s' } });
  await operator.process.start();
  const started = await lists();
  expect(started).toBeGreaterThan(0);
  // A resync lists, compares and sweeps; when the next one lists, the one before has ended.
  await eventually('two resyncs', async () => (await lists()) >= started + 2, 30_000);
  expect((await audit.requests()).filter((request) => WRITE.test(request))).toEqual([]);

  // What is created last is served last, so nothing older can still be waiting in the operator.
  await user.create('marker');
  await user.untilCondition('marker', 'Ready', 'True Available');
  await histories.idleLengths([operator.workflowId({ plural: EXPOSED_APIS, namespace, name: 'marker' })]);
  expect(gateway.ledger().map(({ name, operation }) => `${operation} ${name ?? ''}`)).toEqual([
    'create marker',
  ]);
  const writes = (await audit.requests()).filter((request) => WRITE.test(request));
  // Intent, status and Event of the marker alone; that it is seen proves that writes are.
  expect(writes.toSorted()).toEqual(['create events', 'patch exposedapis', 'patch exposedapis']);
  expect(await histories.idleLengths(ids)).toEqual(before);
}, 150_000);
