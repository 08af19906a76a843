import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const COUNT = 200;
/** Created at one time. */
const BATCH = 20;
const NAMES = Array.from({ length: COUNT }, (_, index) => `api-${index}`);
const WRITE = /^(create|update|patch|delete|deletecollection) /;

const restart = useOperator('restart', {
  settings: { APIG_MAX_RPS: '1000', APIG_MAX_CONCURRENCY: '50' },
});
const { namespace, user } = restart;

test('a restart with 200 registered APIs, and resyncs, call nobody: no gateway, no write, no workflow', async () => {
  // The first has the whole start behind it when it is Ready: lists, lease, and the lane of the gateway.
  const [first = ''] = NAMES;
  await user.create(first);
  await user.untilCondition(first, 'Ready', 'True Available');
  for (let from = 1; from < COUNT; from += BATCH)
    await Promise.all(NAMES.slice(from, from + BATCH).map((name) => user.create(name)));
  for (const name of NAMES) await user.untilCondition(name, 'Ready', 'True Available');
  const ids = NAMES.map((name) => restart.operator.workflowId({ plural: EXPOSED_APIS, namespace, name }));
  const before = await restart.histories.idleLengths(ids);
  // In a burst, too, a first registration does no more than is due: a busy machine adds workflow tasks, never work.
  const long: string[] = [];
  for (const [index, id] of ids.entries()) {
    const events = index > 0 && (before[index] ?? 0) > 16 ? await restart.histories.eventsOfWork(id) : 0;
    if (events > 10) long.push(`${id}: ${events}`);
  }
  expect(long).toEqual([]);
  await restart.operator.process.stop();
  expect(restart.gateway.table()).toHaveLength(COUNT);
  expect(restart.gateway.ledger()).toHaveLength(COUNT);
  restart.gateway.clearLedger();

  const audit = await restart.audit();
  const lists = async (): Promise<number> =>
    (await audit.requests()).filter((request) => request === 'list exposedapis').length;
  await restart.restartWith({ RESYNC_INTERVAL: '2s' });
  const started = await lists();
  expect(started).toBeGreaterThan(0);
  // A resync lists, compares and sweeps; when the next one lists, the one before has ended.
  await eventually('two resyncs', async () => (await lists()) >= started + 2, 30_000);
  expect((await audit.requests()).filter((request) => WRITE.test(request))).toEqual([]);

  // What is created last is served last, so nothing older can still be waiting in the operator.
  await user.create('marker');
  await user.untilCondition('marker', 'Ready', 'True Available');
  await restart.histories.idleLengths([
    restart.operator.workflowId({ plural: EXPOSED_APIS, namespace, name: 'marker' }),
  ]);
  expect(restart.gateway.ledger().map(({ name, operation }) => `${operation} ${name ?? ''}`)).toEqual([
    'create marker',
  ]);
  const writes = async (): Promise<readonly string[]> =>
    (await audit.requests()).filter((request) => WRITE.test(request));
  // It comes after the status.
  await eventually('the Event of the marker', async () => (await writes()).includes('create events'));
  // Intent, status and Event of the marker alone; that it is seen proves that writes are.
  expect((await writes()).toSorted()).toEqual(['create events', 'patch exposedapis', 'patch exposedapis']);
  expect(await restart.histories.idleLengths(ids)).toEqual(before);
}, 150_000);
