import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoordinationV1Api } from '@kubernetes/client-node';
import { Client, Connection } from '@temporalio/client';
import { Child } from '../../deploy/dev/stack/child.ts';
import { OPERATOR_NAMESPACE } from '../../deploy/dev/stack/operatorAccess.ts';
import { gatewayLease, gatewayTaskQueue } from '../../src/domain/kubernetes/names.ts';
import { addChanges, type BacklogInput } from '../support/temporal/backlogMessages.ts';
import { eventually } from '../support/builders/eventually.ts';
import type { Operator } from '../support/stack/operator.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const REPEATS = 1_000;
const CHANGES = 10;
const CONCURRENCY = 4;
/** Each call takes at least this long at the gateway. */
const CALL_MS = 40;
const WORKER = fileURLToPath(new URL('../support/temporal/backlogWorker.ts', import.meta.url));

const limits = useOperator('limits', {
  copies: 2,
  role: 'worker',
  isStarted: false,
  settings: { APIG_MAX_CONCURRENCY: String(CONCURRENCY), APIG_MAX_RPS: '1000' },
});
const { stack } = limits;
let backlog: Child;
let connection: Connection;

beforeAll(async () => {
  limits.gateway.addFault({ kind: 'slow', ms: CALL_MS });
  const name = `backlog-${limits.operator.cluster}`;
  backlog = new Child({
    name: 'backlog',
    command: process.execPath,
    args: [WORKER, stack.temporalAddress, name],
    environment: process.env,
    logFile: join(stack.directory, 'logs', `${name}.log`),
    isHealthy: async () => true,
  });
  connection = await Connection.connect({ address: stack.temporalAddress });
  await backlog.start();
}, 60_000);
afterAll(async () => {
  await backlog.stop();
  await connection.close();
}, 30_000);

async function holder(): Promise<Operator | undefined> {
  const name = gatewayLease(limits.operator.cluster);
  const { spec } = await stack.kubeConfig
    .makeApiClient(CoordinationV1Api)
    .readNamespacedLease({ namespace: OPERATOR_NAMESPACE, name });
  return limits.operators.find(({ instance }) => instance === spec?.holderIdentity);
}

test('1,000 waiting calls, two workers and a handover: never more at one time than allowed, each made once, changes before repeats', async () => {
  const { operators } = limits;
  const { cluster } = limits.operator;
  const queue = gatewayTaskQueue(limits.gateway.url, cluster);
  const input: BacklogInput = { queue, timeoutMs: 10_000, namespace: 'limits', repeats: REPEATS };
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const line = await workflow.start('backlog', {
    workflowId: `backlog-${cluster}`,
    taskQueue: `backlog-${cluster}`,
    args: [input],
  });
  await eventually(
    'all wait in line',
    async () => (await line.describe()).raw.pendingActivities?.length === REPEATS,
    30_000,
  );
  await Promise.all(operators.map(({ process }) => process.start()));
  await eventually('the line moves', () => limits.gateway.ledger().length >= 50, 20_000);
  const [here, away] = (await holder()) === operators[0] ? operators : operators.toReversed();
  expect(await here?.readyz()).toContain('gateway calls: here');
  await eventually(
    'the other says that it stands by',
    async () => (await away?.readyz())?.includes(`gateway calls: stands by for ${here?.instance}`) ?? false,
  );
  await line.executeUpdate(addChanges, { args: [CHANGES] });
  const before = limits.gateway.ledger().length;
  await eventually('the line moves on', () => limits.gateway.ledger().length >= before + 100, 20_000);
  await here?.process.stop();
  await line.result();

  const calls = limits.gateway.ledger();
  expect(new Set(calls.map(({ name }) => name)).size).toBe(REPEATS + CHANGES);
  expect(calls).toHaveLength(REPEATS + CHANGES);
  expect((await holder())?.instance).toBe(away?.instance);
  const changes = calls.flatMap(({ name }, place) => (name?.startsWith('change') ? [place] : []));
  // Those that the workers and Temporal have in hand already go first.
  expect(Math.max(...changes)).toBeLessThan(before + 100);
  const begins = calls.map(({ receivedAt }) => Date.parse(receivedAt));
  const atOnce = begins.map(
    // A timer may be a few milliseconds early.
    (time) => begins.filter((begin) => begin <= time && time < begin + CALL_MS - 5).length,
  );
  expect(Math.max(...atOnce)).toBe(CONCURRENCY);
}, 120_000);
