import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What is counted; labels are of bounded number, so no API's name is among them. */
export interface Metrics {
  readonly registry: Registry;
  /** Calls to the gateway by verb (register, remove) and outcome (accepted, rejected, unavailable, unknown). */
  readonly gatewayCalls: Counter<'verb' | 'outcome'>;
  /** Seconds that a call to the gateway took. */
  readonly gatewaySeconds: Histogram<'verb'>;
  /** How many workflow tasks have failed in this process; undefined where that is not known at the moment. */
  workflowTaskFailures(): Promise<number | undefined>;
  /** All metrics as Prometheus text: ours, and those of Temporal's SDK. */
  page(): Promise<string>;
}

/** @param readSdk the metrics of Temporal's SDK as Prometheus text; undefined where they cannot be had. Default: there are none */
export function createMetrics(readSdk: () => Promise<string | undefined> = async () => undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  async function workflowTaskFailures(): Promise<number | undefined> {
    const text = await readSdk();
    return text === undefined ? undefined : failedTasks(text);
  }

  registry.registerMetric(
    new Counter({
      name: 'apig_workflow_task_failures_total',
      help: 'Workflow tasks that failed: the workflow stands still until one succeeds',
      registers: [],
      async collect() {
        const total = await workflowTaskFailures();
        // Without an answer the last value stays: a counter that falls would count everything twice.
        if (total === undefined) return;
        this.reset();
        this.inc(total);
      },
    }),
  );
  return {
    registry,
    workflowTaskFailures,
    page: async () => {
      const [own, sdk = ''] = await Promise.all([registry.metrics(), readSdk()]);
      return `${own}${sdk}`;
    },
    gatewayCalls: new Counter({
      name: 'apig_gateway_calls_total',
      help: 'Calls to the gateway by verb and outcome',
      labelNames: ['verb', 'outcome'],
      registers,
    }),
    gatewaySeconds: new Histogram({
      name: 'apig_gateway_call_duration_seconds',
      help: 'Duration of calls to the gateway',
      labelNames: ['verb'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    }),
  };
}

const FAILED_TASKS = /^temporal_workflow_task_execution_failed_total(?:\{.*\})? (\d+)$/gm;

/** Over all reasons and workflow types; the SDK has no such line before the first failure. */
function failedTasks(sdkText: string): number {
  let total = 0;
  for (const [, count] of sdkText.matchAll(FAILED_TASKS)) total += Number(count);
  return total;
}
