import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Child } from '../../deploy/dev/stack/child.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';
import { type AgeingInput, endFlood, type FloodInput } from '../support/temporal/backlogMessages.ts';

const CONCURRENCY = 2;
/** Each call takes at least this long at the gateway: some 20 calls a second. */
const CALL_MS = 100;
/** More than are served at one time, so that some are in line always. */
const CHANGES = 20;
const REPEATS = 10;
/** As the two minutes of an API, for a test. */
const AGES_AFTER_MS = 5_000;
/** All that are in line at that moment, twice over, and what a busy machine needs. */
const BOUND_MS = AGES_AFTER_MS + 15_000;
const WORKER = fileURLToPath(new URL('../support/temporal/backlogWorker.ts', import.meta.url));

const ageing = useOperator('ageing', {
  role: 'worker',
  settings: { APIG_MAX_CONCURRENCY: String(CONCURRENCY), APIG_MAX_RPS: '1000' },
});
const { stack } = ageing;
let callers: Child;
let connection: Connection;

beforeAll(async () => {
  ageing.gateway.addFault({ kind: 'slow', ms: CALL_MS });
  const name = `backlog-${ageing.operator.cluster}`;
  callers = new Child({
    name: 'callers',
    command: process.execPath,
    args: [WORKER, stack.temporalAddress, name],
    environment: process.env,
    logFile: join(stack.directory, 'logs', `${name}.log`),
    isHealthy: async () => true,
  });
  connection = await Connection.connect({ address: stack.temporalAddress });
  await callers.start();
}, 60_000);
afterAll(async () => {
  await callers.stop();
  await connection.close();
}, 30_000);

test("repeats of others get through within a bounded time while one tenant's changes have no end", async () => {
  const { cluster } = ageing.operator;
  const gateway = ageing.gateway.url;
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const start = (type: string, id: string, input: FloodInput | AgeingInput) =>
    workflow.start(type, {
      workflowId: `${id}-${cluster}`,
      taskQueue: `backlog-${cluster}`,
      args: [input],
    });
  const callsOf = (names: string): number =>
    ageing.gateway.ledger().filter(({ name }) => name?.startsWith(`${names}-`)).length;

  const flood: FloodInput = { gateway, cluster, namespace: 'busy', atOnce: CHANGES };
  const busy = await start('flood', 'flood', flood);
  await eventually('the changes come without end', () => callsOf('change') > CHANGES, 20_000);

  const others: AgeingInput = { gateway, cluster, namespace: 'quiet', repeats: REPEATS, names: 'forgotten' };
  const begin = performance.now();
  const forgotten = await start('ageing', 'forgotten', others);
  const served = await start('ageing', 'served', { ...others, names: 'served', agesAfterMs: AGES_AFTER_MS });
  await eventually('all that age are served', () => callsOf('served') === REPEATS, BOUND_MS);
  await served.result();
  expect(performance.now() - begin).toBeLessThan(BOUND_MS + 5_000);
  // Without an age they wait for the end of what has none.
  expect(callsOf('forgotten')).toBeLessThan(REPEATS);

  await busy.signal(endFlood);
  await Promise.all([busy.result(), forgotten.result()]);
  expect([callsOf('served'), callsOf('forgotten')]).toEqual([REPEATS, REPEATS]);
}, 90_000);
