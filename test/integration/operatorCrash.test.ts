import { ApiException, CoreV1Api } from '@kubernetes/client-node';
import { eventually } from '../support/builders/eventually.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const crash = useOperator('crash', {
  namespaces: ['doomed'],
  settings: { APIG_TIMEOUT: '2s' },
});
const { stack, namespace, user } = crash;
const core = stack.kubeConfig.makeApiClient(CoreV1Api);
const [doomed = ''] = crash.namespaces;

const rowsOf = (name: string) => crash.gateway.table().filter((row) => row.name === name);

/** The doubt is over once nothing is pending: only then has the gateway had its last word. */
async function untilSettled(name: string): Promise<void> {
  await user.untilCondition(name, 'Ready', 'True Available');
  await eventually(
    `${name} has nothing pending`,
    async () => (await user.get(name))?.status.apig['pending'] === undefined,
    30_000,
  );
}

function expectOneEntryFromSerialCalls(name: string): void {
  expect(rowsOf(name)).toHaveLength(1);
  expect(crash.gateway.ledger({ name }).filter(({ concurrent }) => concurrent > 0)).toEqual([]);
}

test('an operator killed while the gateway hangs registers after its restart: one entry, never two calls at a time', async () => {
  crash.gateway.addFault({ kind: 'straggle', name: 'hung', operation: 'create', count: 1 });
  await user.create('hung');
  await eventually('the call hangs', () => crash.gateway.held().some(({ name }) => name === 'hung'), 20_000);
  expect((await user.get('hung'))?.status.apig).toMatchObject({ pending: { path: `/${namespace}/hung` } });
  await crash.operator.process.kill();
  await crash.operator.process.start();
  await untilSettled('hung');
  expectOneEntryFromSerialCalls('hung');
  // The call of the dead operator arrives at last: it says the same, so nothing is doubled.
  expect(crash.gateway.release({ name: 'hung' })).toBe(1);
  expectOneEntryFromSerialCalls('hung');
}, 90_000);

test('a gateway that applies but drops the reply is asked again: one entry, nothing left in doubt', async () => {
  crash.gateway.addFault({ kind: 'dropReply', name: 'dropped', operation: 'create', count: 1 });
  await user.create('dropped');
  await untilSettled('dropped');
  const calls = crash.gateway.ledger({ name: 'dropped' });
  expect(calls[0]).toMatchObject({ outcome: 'reset', applied: true });
  expect(calls.slice(1)).not.toEqual([]);
  expectOneEntryFromSerialCalls('dropped');
}, 60_000);

test('a deletion while the gateway is down survives a crash: removed and released when the gateway is back', async () => {
  await user.create('leaving');
  await user.untilCondition('leaving', 'Ready', 'True Available');
  await crash.gateway.pause();
  await user.remove('leaving');
  await user.untilSaid('leaving', 'Registered', 'waits for the gateway');
  await crash.operator.process.kill();
  await crash.operator.process.start();
  await user.untilSaid('leaving', 'Registered', 'waits for the gateway');
  expect(rowsOf('leaving')).toHaveLength(1);
  await crash.gateway.resume();
  await user.untilGone('leaving');
  expect(rowsOf('leaving')).toEqual([]);
}, 90_000);

test('the deletion of a namespace completes, and the gateway keeps nothing of it', async () => {
  const inDoomed = userApis(stack.kubeConfig, doomed);
  for (const name of ['first', 'second']) {
    await inDoomed.create(name);
    await inDoomed.untilCondition(name, 'Registered', 'True Confirmed');
  }
  await core.deleteNamespace({ name: doomed });
  await eventually('the namespace is gone', async () => !(await exists(doomed)), 45_000);
  expect(crash.gateway.table().filter(({ path }) => path.startsWith(`/${doomed}/`))).toEqual([]);
}, 90_000);

async function exists(name: string): Promise<boolean> {
  try {
    await core.readNamespace({ name });
    return true;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return false;
    throw error;
  }
}
