import { createMetrics } from '../../src/telemetry/metrics.ts';
import { METRICS } from '../../src/telemetry/metricsTable.ts';

/** As the SDK writes it: one line for each reason and workflow type. */
function sdkText(counts: Readonly<Record<string, number>>): string {
  const lines = Object.entries(counts).map(
    ([reason, count]) =>
      `temporal_workflow_task_execution_failed_total{failure_reason="${reason}",namespace="default",task_queue="apig-orchestrator",workflow_type="exposedApi"} ${count}`,
  );
  return [
    '# TYPE temporal_workflow_task_execution_failed_total counter',
    ...lines,
    'temporal_num_pollers 5',
    '',
  ].join('\n');
}

test('failed workflow tasks are counted over all reasons, and the series is there before the first of them', async () => {
  let counts = {};
  const metrics = createMetrics(async () => sdkText(counts));
  expect(await metrics.page()).toContain('\napig_workflow_task_failures_total 0\n');
  counts = { NonDeterminismError: 2, WorkflowError: 3 };
  expect(await metrics.page()).toContain('\napig_workflow_task_failures_total 5\n');
  expect(await metrics.workflowTaskFailures()).toBe(5);
});

test("the metrics of Temporal's SDK stand beside ours", async () => {
  const page = await createMetrics(async () => sdkText({})).page();
  expect(page).toContain('\ntemporal_num_pollers 5\n');
  expect(page).toContain('\nprocess_resident_memory_bytes ');
});

test('while the SDK does not answer the count stays: one that falls would be taken for new failures when it is back', async () => {
  let text: string | undefined = sdkText({ WorkflowError: 4 });
  const metrics = createMetrics(async () => text);
  await metrics.page();
  text = undefined;
  expect(await metrics.page()).toContain('\napig_workflow_task_failures_total 4\n');
  expect(await metrics.workflowTaskFailures()).toBeUndefined();
});

test('a gauge is read at each scrape, is the sum of its sources, and forgets what is no more', async () => {
  const metrics = createMetrics();
  const calls = (count: number) => [[{ gateway: 'own-namespace' }, count]] as const;
  const end = metrics.gauge('apig_gateway_calls_waiting', () => calls(2));
  let more = 3;
  metrics.gauge('apig_gateway_calls_waiting', () => calls(more));
  expect(await metrics.page()).toContain('\napig_gateway_calls_waiting{gateway="own-namespace"} 5\n');
  end();
  more = 4;
  expect(await metrics.page()).toContain('\napig_gateway_calls_waiting{gateway="own-namespace"} 4\n');
});

test('every metric of the table is there from the start, with its help, and no other of ours', async () => {
  const listed = await createMetrics().registry.getMetricsAsJSON();
  const ours = listed.filter(({ name }) => name.startsWith('apig_'));
  expect(Object.fromEntries(ours.map(({ name, help, type }) => [name, { help, type }]))).toEqual(
    Object.fromEntries(Object.entries(METRICS).map(([name, { help, type }]) => [name, { help, type }])),
  );
});

test('names say their units as Prometheus asks for it', () => {
  for (const [name, { type, unit }] of Object.entries(METRICS)) {
    expect(`${name} ${name.endsWith('_total')}`).toBe(`${name} ${type === 'counter'}`);
    expect(`${name} ${name.endsWith('_seconds')}`).toBe(`${name} ${unit === 'seconds'}`);
  }
});
