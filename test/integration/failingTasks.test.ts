import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Child } from '../../deploy/dev/stack/child.ts';
import { EXPOSED_APIS, taskQueues } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const WORKER = fileURLToPath(new URL('../support/temporal/backlogWorker.ts', import.meta.url));
const setUp = useOperator('failing-tasks');
const { stack, namespace, user } = setUp;
const { temporalNamespace } = stack;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: stack.temporalAddress });
  client = new Client({ connection, namespace: temporalNamespace });
}, 20_000);
afterAll(() => connection.close());

const idOf = (name: string): string => setUp.operator.workflowId({ plural: EXPOSED_APIS, namespace, name });
const callsOf = (name: string) => setUp.gateway.ledger({ name }).map(({ operation }) => operation);
const portsAtGateway = () =>
  Object.fromEntries(setUp.gateway.table().map(({ name, port }) => [name, String(port)]));

async function eventsOf(name: string) {
  const { events } = await client.workflow.getHandle(idOf(name)).fetchHistory();
  return (events ?? []).map((event) => ({
    id: event.eventId,
    type: Object.keys(event).find((key) => key.endsWith('Attributes')) ?? '',
  }));
}

/** RESET_REAPPLY_TYPE_NONE */
const REAPPLY_NONE = 2;

/** As `temporal workflow reset --type FirstWorkflowTask --reapply-exclude All` does it. */
async function reset(name: string): Promise<void> {
  const first = (await eventsOf(name)).find(({ type }) => type.startsWith('workflowTaskCompleted'));
  await client.workflowService.resetWorkflowExecution({
    namespace: temporalNamespace,
    workflowExecution: { workflowId: idOf(name) },
    reason: 'as the runbook says',
    workflowTaskFinishEventId: first?.id ?? null,
    requestId: randomUUID(),
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the package of the enum is not among ours
    resetReapplyType: REAPPLY_NONE,
  });
}

/** Gives workflows histories that the operator's code cannot replay: another version of the code has worked on them. */
async function spoil(names: readonly string[]): Promise<void> {
  const { cluster, process: running } = setUp.operator;
  await running.stop();
  await Promise.all(names.map(reset));
  const other = new Child({
    name: 'other code',
    command: process.execPath,
    args: [WORKER, stack.temporalAddress, taskQueues(cluster).main, 'other'],
    environment: process.env,
    logFile: join(stack.directory, 'logs', `other-code-${cluster}.log`),
    isHealthy: async () => true,
  });
  await other.start();
  await eventually(
    'the other code has worked on them',
    async () => {
      const histories = await Promise.all(names.map(eventsOf));
      return histories.every((events) => events.some(({ type }) => type.startsWith('timerStarted')));
    },
    45_000,
  );
  await other.stop();
  await running.start();
}

async function metrics(): Promise<string> {
  return (await fetch(new URL('/metrics', setUp.operator.url))).text();
}

async function failedTasks(): Promise<number> {
  return Number(/^apig_workflow_task_failures_total (\d+)$/m.exec(await metrics())?.[1]);
}

test('workflows whose tasks fail are counted, told and named; terminated or reset they do what is due, and nothing else', async () => {
  const names = ['changed', 'doomed', 'idle'];
  for (const name of [...names, 'healthy']) await user.create(name);
  for (const name of [...names, 'healthy']) await user.untilCondition(name, 'Registered', 'True Confirmed');
  await spoil(names);
  expect(await failedTasks()).toBe(0);
  await eventually("the SDK's metrics are there", async () =>
    (await metrics()).includes('\ntemporal_num_pollers{'),
  );

  await user.patch('changed', { spec: { port: 9_001 } });
  await user.remove('doomed');
  await user.patch('healthy', { spec: { port: 9_001 } });
  await eventually('failures are counted', async () => (await failedTasks()) >= 2, 30_000);
  await eventually(
    '/readyz tells them, and is ready',
    async () => {
      const text = await setUp.operator.readyz();
      return /^\{"ready":true,.*[2-9] workflow tasks failed .* reset or terminate/.test(text);
    },
    30_000,
  );
  for (const name of ['changed', 'doomed']) {
    const line = new RegExp(`"workflowId":"${idOf(name)}".*Nondeterminism.*reset or terminate`);
    await eventually(
      `the log tells of ${name}`,
      async () => line.test(await readFile(setUp.operator.process.spec.logFile, 'utf8')),
      30_000,
    );
  }
  await eventually('a healthy API goes on', () => portsAtGateway()['healthy'] === '9001', 30_000);
  expect(callsOf('changed')).toEqual(['create']);
  expect((await user.get('doomed'))?.metadata.finalizers).toHaveLength(1);

  await reset('doomed');
  await user.untilGone('doomed');
  for (const name of ['changed', 'idle'])
    await client.workflow.getHandle(idOf(name)).terminate('as the runbook says');
  await user.patch('changed', {
    metadata: { annotations: { 'apig.oda.tmforum.org/reconcile-requested-at': 'after-the-repair' } },
  });
  await eventually(
    'what was changed is at the gateway',
    () => portsAtGateway()['changed'] === '9001',
    30_000,
  );
  await user.untilCondition('changed', 'Registered', 'True Confirmed');

  expect(callsOf('doomed')).toEqual(['create', 'remove']);
  expect(callsOf('changed')).toEqual(['create', 'create']);
  expect(callsOf('idle')).toEqual(['create']);
  expect(await user.condition('idle', 'Registered')).toBe('True Confirmed');
  expect(Object.keys(portsAtGateway()).toSorted()).toEqual(['changed', 'healthy', 'idle']);
}, 240_000);
