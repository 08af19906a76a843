import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../src/app/workflowBundle.ts';
import { EXPOSED_APIS, TRACE_HEADER } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from '../support/telemetry/otlpReceiver.ts';

const SECRET = 'signature-of-a-link';
/** Spans are sent every five seconds. */
const SENT_MS = 20_000;

const traced = useOperator('traces', { isStarted: false });
const { namespace, user, components } = traced;
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.close());

/** What came of a change of this API: the spans of the traces that it began, oldest first. */
function tracesOf(name: string): readonly (readonly ReceivedSpan[])[] {
  const roots = receiver.spans.filter(
    ({ name: what, attributes }) => what === 'ExposedAPI changed' && attributes['k8s.resource.name'] === name,
  );
  return roots.map(({ traceId }) => receiver.spans.filter((span) => span.traceId === traceId));
}

const traceWith = (name: string, ...wanted: readonly string[]): readonly ReceivedSpan[] | undefined =>
  tracesOf(name).find((spans) => wanted.every((one) => spans.some((span) => span.name === one)));

const WHOLE = [
  'observeApi',
  'recordIntent',
  'registerApi',
  'gateway register',
  'reportApi',
  'write Component',
];

test('one trace leads from the watch event over the round and the gateway call to the status of the Component', async () => {
  const owned = await components.create('shop');
  const specification = { url: `https://specs.example/v4.json?sig=${SECRET}` };
  await user.create('catalog', { specification }, undefined, owned);
  const uid = (await user.get('catalog'))?.metadata.uid;
  await components.mergeStatus('shop', { coreAPIs: [{ name: 'catalog', uid }] });
  await traced.restartWith({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
  await user.untilCondition('catalog', 'ComponentUpdated', 'True EntryWritten');
  await eventually('the trace has arrived', () => traceWith('catalog', ...WHOLE) !== undefined, SENT_MS);

  const spans = traceWith('catalog', ...WHOLE) ?? [];
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const pathTo = (name: string): readonly string[] => {
    const path: string[] = [];
    let span = spans.find((one) => one.name === name);
    for (; span !== undefined; span = byId.get(span.parentSpanId ?? '')) path.unshift(span.name);
    return path;
  };
  expect(pathTo('observeApi')).toEqual(['ExposedAPI changed', 'observeApi']);
  expect(pathTo('gateway register')).toEqual(['ExposedAPI changed', 'registerApi', 'gateway register']);
  expect(pathTo('write Component')).toEqual(['ExposedAPI changed', 'reportApi', 'write Component']);
  const root = spans.find(({ name }) => name === 'ExposedAPI changed');
  expect(root?.attributes).toMatchObject({
    'k8s.namespace.name': namespace,
    'k8s.resource.plural': 'exposedapis',
    'k8s.resource.name': 'catalog',
  });
  expect(root?.resource).toMatchObject({
    'service.name': 'apig-orchestrator',
    'deployment.environment.name': 'test',
  });
}, 60_000);

test('each change is a trace of its own, in which a failure shows as one', async () => {
  await user.create('orders');
  await user.untilCondition('orders', 'Registered', 'True Confirmed');
  traced.gateway.addFault({ kind: 'status', status: 503 });
  await user.patch('orders', { spec: { port: 9090 } });
  await user.untilCondition('orders', 'Registered', 'False GatewayUnavailable');
  traced.gateway.clearFaults();
  await user.untilCondition('orders', 'Registered', 'True Confirmed');
  const failed = (spans: readonly ReceivedSpan[]): boolean =>
    spans.some((span) => span.name === 'gateway register' && span.attributes['error.type'] === 'unavailable');
  const withCall = (): readonly (readonly ReceivedSpan[])[] =>
    tracesOf('orders').filter((spans) => spans.some((span) => span.name === 'gateway register'));
  await eventually('both have arrived', () => withCall().filter(failed).length === 1, SENT_MS);
  expect(withCall().map(failed)).toEqual([false, true]);
}, 90_000);

test('a history with traces replays as one without: they take no part in what a workflow decides', async () => {
  const { stack, operator } = traced;
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
  const ref = { plural: EXPOSED_APIS, namespace, name: 'orders' } as const;
  const history = await workflow.getHandle(operator.workflowId(ref)).fetchHistory();
  await connection.close();
  const headers = (history.events ?? []).flatMap((event) => [
    event.workflowExecutionStartedEventAttributes?.header?.fields ?? {},
    event.workflowExecutionSignaledEventAttributes?.header?.fields ?? {},
    event.activityTaskScheduledEventAttributes?.header?.fields ?? {},
  ]);
  expect(headers.filter((fields) => TRACE_HEADER in fields).length).toBeGreaterThan(2);
  const { codePath } = await workflowBundle();
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history);
  for (const fields of headers) delete fields[TRACE_HEADER];
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history);
});

test('no span has the query of a link, nor what was sent or answered', () => {
  expect(receiver.spans.length).toBeGreaterThan(10);
  expect(receiver.text()).not.toContain(SECRET);
  expect(receiver.text()).not.toContain('specs.example');
});
