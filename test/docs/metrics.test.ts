import { readFileSync } from 'node:fs';
import { METRICS_PAGE, metricsPage, SDK_METRICS } from '../../docs/generateMetrics.ts';
import { sdkMetricsOf } from '../support/metrics/recordedPages.ts';

test('docs/metrics.md says what the table of metrics says', async () => {
  const isStale = readFileSync(METRICS_PAGE, 'utf8') !== (await metricsPage());
  expect(isStale ? 'stale: regenerate it with `npm run docs`' : 'up to date').toBe('up to date');
});

test("what is said of the SDK's metrics is said of some that it has", () => {
  const recorded = sdkMetricsOf('healthy', 'gatewayAway', 'temporalAway');
  const missing = Object.keys(SDK_METRICS).filter((name) => !recorded.includes(name));
  // test/integration/failingTasks.test.ts sees this one.
  expect(missing).toEqual(['temporal_workflow_task_execution_failed_total']);
});
