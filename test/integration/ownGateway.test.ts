import { Client, Connection } from '@temporalio/client';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { useStack } from '../support/stack/stack.ts';

const RESOLVER = new URL('../support/stack/resolveHosts.ts', import.meta.url).href;
/** On the port of an APIG installation. */
const ADDRESS = '127.71.0.4';
const SECRET = 'hunter2 of another service';

const stack = useStack();
let namespace: string;
let user: UserApis;
let tenants: Simulator;
let operator: Operator;
let connection: Connection;

beforeAll(async () => {
  namespace = await stack.createNamespace('own');
  user = userApis(stack.kubeConfig, namespace);
  tenants = await startSimulator({ host: ADDRESS, port: 8080, adminPort: 0, logLevel: 'silent' });
  connection = await Connection.connect({ address: stack.temporalAddress });
  operator = await createOperator(stack, {
    namespaces: [namespace],
    gatewayUrl: tenants.url,
    settings: {
      APIG_ENDPOINT: '',
      APIG_ENDPOINT_PER_NAMESPACE: 'true',
      NODE_OPTIONS: `--import ${RESOLVER}`,
      RESOLVE_HOSTS: `apig-operator-uportal.${namespace}=${ADDRESS}`,
    },
  });
  await operator.process.start();
}, 60_000);
afterAll(async () => {
  await operator.process.stop();
  await connection.close();
  await tenants.stop();
}, 30_000);

test("what a namespace's own gateway answers counts, and none of its words gets to where a tenant can read it", async () => {
  tenants.addFault({ kind: 'code', code: '9999', message: SECRET, count: 1 });
  await user.create('asked');
  await eventually('it is asked', () => tenants.ledger().length > 0, 20_000);
  const { status } = await user.untilCondition('asked', 'Registered', 'True Confirmed');
  expect(status.apig).toMatchObject({ lastReply: { code: expect.any(String) } });
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const handle = workflow.getHandle(operator.workflowId({ plural: EXPOSED_APIS, namespace, name: 'asked' }));
  const history = await handle.fetchHistory();
  const told = JSON.stringify([status, await user.get('asked'), history], undefined, 1);
  expect(told).not.toContain('hunter2');
  expect(Buffer.from(told).includes(Buffer.from('hunter2').toString('base64'))).toBe(false);
  expect(
    JSON.stringify(history.events?.map((event) => event.activityTaskFailedEventAttributes ?? null)),
  ).toContain('9999: the words of a gateway that APIG_ENDPOINT does not name are not shown');
}, 60_000);

test("signs of Markdown in a path are letters where Temporal's UI shows them", async () => {
  await user.create('marked', { path: `/${namespace}/*all*~a@b.example` });
  await user.untilCondition('marked', 'Registered', 'True Confirmed');
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const handle = workflow.getHandle(operator.workflowId({ plural: EXPOSED_APIS, namespace, name: 'marked' }));
  const shown = String.raw`/${namespace}/\*all\*\~a @ b.example`;
  expect(await (await handle.describe()).staticSummary()).toBe(`marked → ${shown}`);
  expect(await handle.query('__temporal_workflow_metadata')).toMatchObject({
    currentDetails: expect.stringContaining(`- **registered**: ${shown} → `),
  });
}, 60_000);
