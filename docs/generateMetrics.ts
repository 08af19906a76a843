import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { type MetricEntry, METRICS } from '../src/telemetry/metricsTable.ts';

/** Of some seventy metrics of Temporal's SDK those that tell something here. A test finds each in a page of a running operator. */
export const SDK_METRICS = {
  temporal_workflow_task_schedule_to_start_latency_seconds:
    'how long workflow tasks waited for this worker: what a round waits for at least',
  temporal_workflow_task_execution_latency_seconds: 'how long workflow tasks took',
  temporal_workflow_task_execution_failed_total:
    'failed workflow tasks by `failure_reason` and `workflow_type`; `apig_workflow_task_failures_total` is their sum',
  temporal_workflow_task_replay_latency_seconds: 'what a workflow that is not in the cache costs',
  temporal_sticky_cache_size: 'workflows in the cache; at most 200 in a process',
  temporal_activity_schedule_to_start_latency_seconds:
    'how long gateway calls waited for their turn, by `task_queue`: one for each gateway. Grows where a gateway is sent more than `APIG_MAX_RPS` and `APIG_MAX_CONCURRENCY` let through',
  temporal_activity_execution_latency_seconds:
    'how long attempts of gateway calls took, with the decision who owns the path',
  temporal_activity_execution_failed_total:
    'attempts of gateway calls that the gateway did not confirm; Temporal repeats them',
  temporal_local_activity_execution_latency_seconds:
    'how long reads and writes of the cluster took, by `activity_type`',
  temporal_num_pollers: 'open polls by `poller_type`; none for minutes means that this worker gets no work',
  temporal_worker_task_slots_available: 'free slots by `worker_type`; 0 means that this process is full',
  temporal_worker_task_slots_used: 'slots in use by `worker_type`',
  temporal_request_total: 'requests to Temporal by `operation`',
  temporal_request_failure_total: 'requests to Temporal that failed, by `operation` and `status_code`',
  temporal_request_latency_seconds: 'how long requests to Temporal took, without polls',
} as const satisfies Readonly<Record<string, string>>;

/** docs/metrics.md, from the table in the code and the registry. */
export async function metricsPage(): Promise<string> {
  const listed = await createMetrics().registry.getMetricsAsJSON();
  const ofProcess = listed.filter(({ name }) => !(name in METRICS));
  return [
    '# Metrics',
    '',
    '<!-- Generated from src/telemetry/metricsTable.ts by `npm run docs`: change the texts there, or in docs/generateMetrics.ts. -->',
    '',
    'Each process serves its metrics as Prometheus text at `/metrics` of `HTTP_PORT`. The chart has a PodMonitor',
    '(`podMonitor.enabled`), alerts (`prometheusRule.enabled`, explained in [troubleshooting](troubleshooting.md#alerts)) and a',
    'dashboard for Grafana (`dashboard.enabled`):',
    '',
    '![The dashboard: APIs by state, gateway calls, what waits, lanes, lease, Temporal worker, process](assets/dashboard.webp)',
    '',
    'The picture shows six minutes of the local stack with two operators, recorded by Prometheus. APIs come and go all the time. From 10:49:30',
    'the gateway is slow, from 10:50:14 to 10:51:33 it is away, and at 10:52:23 the process that holds the lease is killed. It refuses one API',
    'all the time; that one is the longest wait. It was not rendered by Grafana itself, but by a page that draws',
    '`deploy/chart/files/dashboard.json` with the panel components that Grafana publishes (`@grafana/ui`).',
    '',
    'No label of ours has the name of an API or of a namespace, so the number of series does not grow with the cluster. Which API it is,',
    "its status, the log and Temporal's UI say. Gauges are computed when they are read.",
    '',
    'All pods look at the same cluster. So add up what only one of them does (calls, registrations, signals), and take the `max` of',
    'what each of them sees (`apig_apis`, `apig_waiting_apis`, `apig_oldest_wait_seconds`).',
    '',
    '## Of the operator',
    '',
    ...Object.entries(METRICS).flatMap(([name, entry]) => section(name, entry)),
    "## Of Temporal's SDK",
    '',
    'Processes with workers serve the metrics of the SDK beside their own. They carry the labels `namespace` (of Temporal; Prometheus',
    'calls it `exported_namespace` where the pod has one), `task_queue` and others. Each gateway has a task queue, so with',
    '`APIG_ENDPOINT_PER_NAMESPACE` their number grows with the namespaces. A series appears with its first event. Worth watching:',
    '',
    '| Metric | What it tells |',
    '| --- | --- |',
    ...Object.entries(SDK_METRICS).map(([name, text]) => `| \`${name}\` | ${text} |`),
    '',
    '## Of the process',
    '',
    '| Metric | What it tells |',
    '| --- | --- |',
    ...ofProcess.map(({ name, help }) => `| \`${name}\` | ${help.replace(/\.$/, '')} |`),
    '',
  ].join('\n');
}

function section(name: string, { type, unit, help, labels, buckets }: MetricEntry): string[] {
  return [
    `### ${name}`,
    '',
    `${help}.`,
    '',
    `- Type: ${type}. Unit: ${unit}.`,
    ...Object.entries(labels).map(([label, values]) => `- Label \`${label}\`: ${values}.`),
    ...(buckets ? [`- Buckets: ${buckets.join(', ')}.`] : []),
    '',
  ];
}

export const METRICS_PAGE = fileURLToPath(new URL('metrics.md', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(METRICS_PAGE, await metricsPage());
