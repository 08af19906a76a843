import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { Child } from '../../deploy/dev/stack/child.ts';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { gatewayTaskQueue } from '../../src/domain/kubernetes/names.ts';
import { endpointFor } from '../../src/gateway/apig/endpoint.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { eventually } from '../support/builders/eventually.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { useStack } from '../support/stack/stack.ts';
import { addChanges, type BacklogInput } from '../support/temporal/backlogMessages.ts';

const CONCURRENCY = 10;
const HEALTHY_CALLS = 500;
/** More than the limit, so that every slot of that lane is taken. */
const SWALLOWED_CALLS = 25;
const WORKER = fileURLToPath(new URL('../support/temporal/backlogWorker.ts', import.meta.url));
const RESOLVER = new URL('../support/stack/resolveHosts.ts', import.meta.url).href;
/** Gateways of namespaces listen on the port of an APIG installation, each on a loopback address of its own. */
const ADDRESSES = { healthy: '127.71.0.2', silent: '127.71.0.3' } as const;
const PORT = 8080;

const stack = useStack();
let namespaces: { readonly healthy: string; readonly silent: string };
let gateways: { readonly healthy: Simulator; readonly silent: Simulator };
let operator: Operator;
let backlog: Child;
let connection: Connection;

beforeAll(async () => {
  namespaces = {
    healthy: await stack.createNamespace('healthy'),
    silent: await stack.createNamespace('silent'),
  };
  const at = (host: string): Promise<Simulator> =>
    startSimulator({ host, port: PORT, adminPort: 0, logLevel: 'silent' });
  gateways = { healthy: await at(ADDRESSES.healthy), silent: await at(ADDRESSES.silent) };
  operator = await createOperator(stack, {
    namespaces: Object.values(namespaces),
    gatewayUrl: gateways.healthy.url,
    settings: {
      APIG_ENDPOINT: '',
      APIG_ENDPOINT_PER_NAMESPACE: 'true',
      APIG_MAX_CONCURRENCY: String(CONCURRENCY),
      APIG_MAX_RPS: '1000',
      APIG_TIMEOUT: '60s',
      NODE_OPTIONS: `--import ${RESOLVER}`,
      RESOLVE_HOSTS: (['healthy', 'silent'] as const)
        .map((one) => `apig-operator-uportal.${namespaces[one]}=${ADDRESSES[one]}`)
        .join(','),
    },
  });
  backlog = new Child({
    name: 'backlog',
    command: process.execPath,
    args: [WORKER, stack.temporalAddress, `backlog-${operator.cluster}`],
    environment: process.env,
    logFile: join(stack.directory, 'logs', `backlog-${operator.cluster}.log`),
    isHealthy: async () => true,
  });
  connection = await Connection.connect({ address: stack.temporalAddress });
  await Promise.all([backlog.start(), operator.process.start()]);
}, 60_000);
afterAll(async () => {
  gateways.silent.clearFaults();
  gateways.silent.release();
  await Promise.all([backlog.stop(), operator.process.stop()]);
  await connection.close();
  await Promise.all([gateways.healthy.stop(), gateways.silent.stop()]);
}, 45_000);

/** The calls of very many APIs, waiting in front of the gateway of one namespace. */
async function line(namespace: string, repeats: number): Promise<WorkflowHandle> {
  const { cluster } = operator;
  const input: BacklogInput = {
    queue: gatewayTaskQueue(endpointFor(undefined, namespace), cluster),
    timeoutMs: 60_000,
    namespace,
    repeats,
  };
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  return workflow.start('backlog', {
    workflowId: `backlog-${cluster}-${namespace}`,
    taskQueue: `backlog-${cluster}`,
    args: [input],
  });
}

test('a gateway that swallows calls delays nobody at another: 500 that wait there are made meanwhile', async () => {
  gateways.silent.addFault({ kind: 'hang' });
  // The lane of a namespace's gateway begins with its first API.
  await userApis(stack.kubeConfig, namespaces.healthy).create('first');
  await userApis(stack.kubeConfig, namespaces.silent).create('first');
  await eventually('the healthy gateway is called', () => gateways.healthy.ledger().length === 1, 20_000);
  await line(namespaces.silent, SWALLOWED_CALLS);
  await eventually('every slot there hangs', () => gateways.silent.held().length === CONCURRENCY, 20_000);

  const waiting = await line(namespaces.healthy, HEALTHY_CALLS);
  await waiting.executeUpdate(addChanges, { args: [1] });
  const begin = performance.now();
  await waiting.result();
  const seconds = (performance.now() - begin) / 1000;
  const calls = gateways.healthy.ledger();
  expect(calls.filter(({ name }) => name !== 'first')).toHaveLength(HEALTHY_CALLS + 1);
  // With a share in the slots that hang it would never have ended.
  expect(seconds).toBeLessThan(25);
  expect(gateways.silent.held()).toHaveLength(CONCURRENCY);
  expect(await operator.readyz()).toContain('gateway calls: here, to 2 gateways');
}, 75_000);
