import { createOtlpTracing } from '../../src/telemetry/otlpTracing.ts';
import { isTraced, type Tracing, type TracingEnvironment } from '../../src/telemetry/tracing.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/telemetry/otlpReceiver.ts';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

test.each([
  [false, {}],
  [false, { [ENDPOINT]: ' ' }],
  [true, { [ENDPOINT]: 'http://collector:4318' }],
  [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }],
  [false, { [ENDPOINT]: 'http://collector:4318', OTEL_SDK_DISABLED: 'TRUE' }],
  [false, { [ENDPOINT]: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' }],
])('traces are sent (%s) with the environment %j', (isSent, environment) => {
  expect(isTraced(environment)).toBe(isSent);
});

let receiver: OtlpReceiver;
let log: ReturnType<typeof silentLogger>;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  log = silentLogger();
  process.env[ENDPOINT] = receiver.url;
});
afterEach(async () => {
  delete process.env[ENDPOINT];
  delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
  await receiver.close();
});

function tracing(environment: TracingEnvironment = {}): Tracing {
  return createOtlpTracing({ environment, version: '1.2.3', instance: 'pod-1', logger: log.logger });
}

const ROOT = { isRoot: true, attributes: { where: 'here' } };

test('spans within each other, and one that goes on elsewhere, are one trace; what is open at the end is sent', async () => {
  const here = tracing();
  const traceparent = await here.span('root', ROOT, async (root) => {
    await here.span('inner', { attributes: {} }, async (inner) => inner?.set({ count: 2 }));
    return root?.traceparent;
  });
  const elsewhere = tracing();
  await elsewhere.span('elsewhere', { parent: traceparent, attributes: {} }, async () => undefined);
  await Promise.all([here.stop(), elsewhere.stop()]);
  const byName = Object.fromEntries(receiver.spans.map((span) => [span.name, span]));
  const { root, inner, elsewhere: last } = byName;
  expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(traceparent).toBe(`00-${root?.traceId}-${root?.spanId}-01`);
  expect([inner?.parentSpanId, last?.parentSpanId]).toEqual([root?.spanId, root?.spanId]);
  expect(inner?.attributes).toEqual({ count: 2 });
  expect(root?.resource).toMatchObject({
    'service.name': 'apig-orchestrator',
    'service.version': '1.2.3',
    'service.instance.id': 'pod-1',
  });
});

test('what belongs to no trace makes none', async () => {
  const traces = tracing();
  expect(await traces.span('alone', { attributes: {} }, async (open) => open)).toBeUndefined();
  expect(
    await traces.span('odd', { parent: 'no traceparent', attributes: {} }, async (open) => open),
  ).toBeUndefined();
  await traces.stop();
  expect(receiver.spans).toEqual([]);
});

test('an error is handed on, and its span has the kind of it and none of its words', async () => {
  const traces = tracing();
  const broken = traces.span('broken', ROOT, async () => {
    throw Object.assign(new Error('hunter2'), { type: 'GatewayRejected' });
  });
  await expect(broken).rejects.toThrow('hunter2');
  await traces.stop();
  expect(receiver.spans).toMatchObject([
    { attributes: { 'error.type': 'GatewayRejected' }, status: { code: 2 } },
  ]);
  expect(receiver.text()).not.toContain('hunter2');
});

test('a sampled share of traces is sent whole or not at all, whoever goes on with it', async () => {
  const here = tracing({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
  const parent = await here.span('root', ROOT, async (root) => root?.traceparent);
  const elsewhere = tracing();
  await elsewhere.span('elsewhere', { parent, attributes: {} }, async () => undefined);
  await Promise.all([here.stop(), elsewhere.stop()]);
  expect(receiver.spans).toEqual([]);
});

test('a collector that is away costs a warning and nothing else', async () => {
  await receiver.close();
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '500';
  const traces = tracing();
  await traces.span('lost', ROOT, async () => undefined);
  const begin = performance.now();
  await traces.stop();
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(log.lines.filter(({ level }) => level === 'warn').length).toBeLessThanOrEqual(1);
});
