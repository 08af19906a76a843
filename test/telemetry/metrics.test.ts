import { createMetrics } from '../../src/telemetry/metrics.ts';

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
