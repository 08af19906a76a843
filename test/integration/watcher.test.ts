import { WorkflowNotFoundError } from '@temporalio/common';
import type { Clock } from '../../src/kubernetes/clock.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { apiObject, registeredStatus, settledObject } from '../support/builders/apis.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { useStack } from '../support/stack/stack.ts';
import {
  connectCounting,
  hands,
  watch,
  type CountingTemporal,
  type Watching,
} from '../support/cluster/watching.ts';

const stack = useStack();
let counting: CountingTemporal;
let namespace: string;
let cluster: ReturnType<typeof hands>;
let watching: Watching[];

beforeEach(async () => {
  counting = await connectCounting(stack.temporalAddress, stack.temporalNamespace);
  namespace = await stack.createNamespace('watcher');
  cluster = hands(stack.kubeConfig, namespace);
  watching = [];
});
afterEach(async () => {
  await Promise.all(watching.map(({ watcher }) => watcher.stop()));
  await counting.close();
});

/** Under the operator's own ServiceAccount, so that its roles are tried as well. */
function start(settings: Partial<Parameters<typeof watch>[2]> = {}, clock?: Clock): Watching {
  const one = watch(stack.operatorKubeConfig, counting, { namespaces: [namespace], ...settings }, clock);
  watching.push(one);
  return one;
}

const idOf = (name: string): string => `${counting.cluster}/exposed-api/${namespace}/${name}`;

const named = (name: string, more: Parameters<typeof apiObject>[0] = {}) =>
  apiObject({
    ...more,
    metadata: { name, namespace, uid: undefined, resourceVersion: undefined, ...more.metadata },
  });

/** With a path of its own: two that share one are each other's business. */
const apart = (name: string) => named(name, { spec: { path: `/shop/${name}` } });

async function signalsOf(name: string): Promise<number> {
  const { events } = await counting.client.workflow.getHandle(idOf(name)).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
}

/** A registered API, its ready implementation and the gateway's address, as found by a restart. */
async function createUpToDate(name: string): Promise<void> {
  await cluster.createIngress('10.0.0.1');
  await cluster.writeSlice('catalog-1', 'catalog', true);
  await cluster.createApi(
    settledObject({ metadata: { name, namespace, uid: undefined, resourceVersion: undefined } }),
  );
}

const UP_TO_DATE = 'shop-catalog-v4';

test('a new API starts its workflow, which the workflow list shows with all its attributes', async () => {
  start();
  await cluster.createApi(named('catalog'));
  await eventually('a signal', () => counting.signals.length > 0);
  const description = await counting.client.workflow.getHandle(idOf('catalog')).describe();
  expect(description.type).toBe('exposedApi');
  expect(description.taskQueue).toBe(`apig-orchestrator-${counting.cluster}`);
  expect(description.searchAttributes).toMatchObject({
    OdaNamespace: [namespace],
    OdaApi: ['catalog'],
    OdaApiPath: ['/shop/catalog/v4'],
    OdaSegment: ['coreFunction'],
    OdaApiState: ['Pending'],
  });
  expect(await description.staticSummary()).toBe('catalog → /shop/catalog/v4');
  expect(await signalsOf('catalog')).toBe(1);
});

test('a restart finds what is up to date and asks nothing of Temporal; a resync neither', async () => {
  await createUpToDate(UP_TO_DATE);
  const { watcher } = start();
  await watcher.caughtUp();
  await watcher.resync();
  expect(watcher.health()).toMatchObject({ ready: true, detail: 'watching' });
  expect(counting.signals).toEqual([]);
  await expect(counting.client.workflow.getHandle(idOf(UP_TO_DATE)).describe()).rejects.toThrow(
    WorkflowNotFoundError,
  );
});

test('what APIs depend on wakes those that it concerns', async () => {
  await createUpToDate(UP_TO_DATE);
  const { watcher } = start();
  await watcher.caughtUp();
  await cluster.writeSlice('catalog-2', 'catalog', false);
  await cluster.writeSlice('other-1', 'other', true);
  await cluster.writeSlice('catalog-1', 'catalog', false);
  await eventually('a signal for the implementation', () => counting.signals.length === 1);
  await cluster.moveIngress('10.0.0.2');
  await eventually('a signal for the gateway', () => counting.signals.length === 2);
  expect(new Set(counting.signals)).toEqual(new Set([idOf(UP_TO_DATE)]));
});

test('writes of our own kind cause no signal, a change of the spec does', async () => {
  await createUpToDate(UP_TO_DATE);
  const { watcher } = start();
  await watcher.caughtUp();
  await cluster.patchApi(UP_TO_DATE, { status: { apig: { registeredAt: '2026-01-01T00:00:00Z' } } });
  await cluster.patchApi(UP_TO_DATE, { metadata: { annotations: { other: 'x' } } });
  await cluster.patchApi(UP_TO_DATE, { spec: { path: '/elsewhere' } });
  await eventually('a signal', () => counting.signals.length > 0);
  await watcher.caughtUp();
  expect(counting.signals).toEqual([idOf(UP_TO_DATE)]);
});

test('two watchers at once do no harm: one workflow for each API', async () => {
  start();
  start();
  const names = ['a', 'b', 'c', 'd', 'e'];
  await Promise.all(names.map((name) => cluster.createApi(apart(name))));
  await eventually('two signals for each', () => counting.signals.length === 10);
  const running = new Set<string>();
  for (const name of names) {
    const { runId } = await counting.client.workflow.getHandle(idOf(name)).describe();
    running.add(runId);
    expect(await signalsOf(name)).toBe(2);
  }
  expect(running.size).toBe(5);
});

test('a deletion that nobody saw is found by the sweep of the next start, and only its workflow is woken', async () => {
  const first = start();
  await cluster.createApi(apart('kept'));
  await cluster.createApi(apart('lost'));
  await eventually('both signals', () => counting.signals.length === 2);
  await first.watcher.stop();
  await cluster.deleteApi('lost');
  counting.signals.length = 0;
  // Temporal lists a workflow a little after its start, and the sweep of a start looks once.
  const { workflow } = counting.client;
  const listed = async (): Promise<number> =>
    (await workflow.count(`TaskQueue = 'apig-orchestrator-${counting.cluster}'`)).count;
  await eventually('both are listed', async () => (await listed()) === 2);
  const { watcher } = start();
  await eventually('what has gone is signalled', () => counting.signals.includes(idOf('lost')));
  await watcher.caughtUp();
  // An API that was never finished is signalled by a start, whatever the sweep finds.
  expect(new Set(counting.signals)).toEqual(new Set([idOf('lost'), idOf('kept')]));
});

test('a workflow that somebody terminated while its API was under way is started again within two minutes', async () => {
  const clock = heldClock();
  const { watcher } = start({}, clock);
  await cluster.createApi(named('ended', { status: registeredStatus({ state: 'Retrying' }) }));
  await eventually('its signal', () => counting.signals.length === 1);
  await watcher.caughtUp();
  const handle = counting.client.workflow.getHandle(idOf('ended'));
  const { runId } = await handle.describe();
  await handle.terminate('a person did it');
  await eventually(
    'another workflow of it',
    async () => {
      clock.advance(60_000);
      return (await handle.describe()).runId !== runId;
    },
    20_000,
  );
});

test('a deletion in a namespace that is no longer watched is found by the sweep, and told in a warning', async () => {
  const wider = start();
  await cluster.createApi(named('leaving', { metadata: { finalizers: [FINALIZER] } }));
  await cluster.createApi(apart('stays'));
  await eventually('both signals', () => counting.signals.length === 2);
  await wider.watcher.stop();
  await cluster.deleteApi('leaving');
  counting.signals.length = 0;
  const other = await stack.createNamespace('other');
  const { watcher, lines } = start({ namespaces: [other] });
  await eventually(
    'the deletion is signalled',
    async () => {
      await watcher.resync();
      return counting.signals.length > 0;
    },
    20_000,
  );
  expect(new Set(counting.signals)).toEqual(new Set([idOf('leaving')]));
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ namespaces: [namespace] }),
  ]);
  await cluster.patchApi('leaving', { metadata: { finalizers: null } });
});

test('an API that goes wakes its workflow; none is started for one that never had any', async () => {
  await createUpToDate(UP_TO_DATE);
  await cluster.createApi(apart('fresh'));
  const { watcher } = start();
  await watcher.caughtUp();
  expect(counting.signals).toEqual([idOf('fresh')]);
  await cluster.deleteApi('fresh');
  await eventually('the signal of the deletion', () => counting.signals.length === 2);
  expect(await signalsOf('fresh')).toBe(2);
});

test('a registration whose resource was deleted by force, and whose workflow is lost, is given to a new workflow', async () => {
  await createUpToDate(UP_TO_DATE);
  // As if both happened in one moment.
  const { watcher } = start({}, heldClock());
  await watcher.caughtUp();
  await cluster.patchApi(UP_TO_DATE, { metadata: { finalizers: null } });
  await cluster.deleteApi(UP_TO_DATE);
  await eventually('a workflow for what is left', () => counting.signals.length > 0);
  const { events } = await counting.client.workflow.getHandle(idOf(UP_TO_DATE)).fetchHistory();
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  expect(JSON.parse(Buffer.from(input ?? []).toString())).toMatchObject({
    carried: { record: { registered: { path: '/shop/catalog/v4' } } },
  });
});

test('only what the label selector names is ours', async () => {
  const { watcher } = start({ selector: 'team=red' });
  await cluster.createApi(named('blue', { metadata: { labels: { team: 'blue' } } }));
  await cluster.createApi(named('red', { metadata: { labels: { team: 'red' } } }));
  await eventually('a signal', () => counting.signals.length > 0);
  await watcher.resync();
  expect(new Set(counting.signals)).toEqual(new Set([idOf('red')]));
});
