import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelOf,
  METRICS,
  type MetricEntry,
  type MetricName,
} from './metricsTable.ts';

/** One value of a gauge. */
export type Sample<N extends GaugeName> = readonly [
  labels: Readonly<Record<LabelOf<N>, string>>,
  value: number,
];

/** What is counted; metricsTable.ts says what each metric means. */
export interface Metrics {
  readonly registry: Registry;
  readonly gatewayCalls: Counter<LabelOf<'apig_gateway_calls_total'>>;
  readonly gatewaySeconds: Histogram<LabelOf<'apig_gateway_call_duration_seconds'>>;
  readonly registrationSeconds: Histogram<LabelOf<'apig_registration_duration_seconds'>>;
  readonly entryConflicts: Counter<LabelOf<'apig_component_entry_conflicts_total'>>;
  /**
   * Has a gauge read at each scrape, and at no other time. Where several sources tell the same labels, the gauge is their sum.
   * @returns what ends it
   */
  gauge<N extends GaugeName>(name: N, read: () => Iterable<Sample<N>>): () => void;
  /** How many workflow tasks have failed in this process; undefined where that is not known at the moment. */
  workflowTaskFailures(): Promise<number | undefined>;
  /** All metrics as Prometheus text: ours, and those of Temporal's SDK. */
  page(): Promise<string>;
}

type Source = () => Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/** @param readSdk the metrics of Temporal's SDK as Prometheus text; undefined where they cannot be had. Default: there are none */
export function createMetrics(readSdk: () => Promise<string | undefined> = async () => undefined): Metrics {
  const registry = new Registry();
  const sources = new Map<GaugeName, Set<Source>>();
  collectDefaultMetrics({ register: registry });

  async function workflowTaskFailures(): Promise<number | undefined> {
    const text = await readSdk();
    return text === undefined ? undefined : failedTasks(text);
  }

  for (const name of GAUGES) registerGauge(registry, name, sourcesOf(name));
  registry.registerMetric(
    new Counter({
      ...described('apig_workflow_task_failures_total'),
      async collect() {
        const total = await workflowTaskFailures();
        // Without an answer the last value stays: a counter that falls would count everything twice.
        if (total === undefined) return;
        this.reset();
        this.inc(total);
      },
    }),
  );

  function sourcesOf(name: GaugeName): Set<Source> {
    const found = sources.get(name) ?? new Set();
    sources.set(name, found);
    return found;
  }

  return {
    registry,
    workflowTaskFailures,
    page: async () => {
      const [own, sdk = ''] = await Promise.all([registry.metrics(), readSdk()]);
      return `${own}${sdk}`;
    },
    gatewayCalls: counter(registry, 'apig_gateway_calls_total'),
    gatewaySeconds: histogram(registry, 'apig_gateway_call_duration_seconds'),
    registrationSeconds: histogram(registry, 'apig_registration_duration_seconds'),
    entryConflicts: counter(registry, 'apig_component_entry_conflicts_total'),
    gauge(name, read) {
      const own = sourcesOf(name);
      const source: Source = () => read();
      own.add(source);
      return () => void own.delete(source);
    },
  };
}

const GAUGES = Object.keys(METRICS).filter(isGauge);

function isGauge(name: string): name is GaugeName {
  const entries: Readonly<Record<string, MetricEntry>> = METRICS;
  return entries[name]?.type === 'gauge';
}

function described(name: MetricName) {
  const { help, labels }: MetricEntry = METRICS[name];
  return { name, help, labelNames: Object.keys(labels), registers: [] };
}

function registerGauge(registry: Registry, name: GaugeName, sources: ReadonlySet<Source>): void {
  registry.registerMetric(
    new Gauge<string>({
      ...described(name),
      collect() {
        // What is no more, such as a part of the process that has started, must not stay at its last value.
        this.reset();
        for (const read of sources) for (const [labels, value] of read()) this.inc({ ...labels }, value);
      },
    }),
  );
}

function counter<N extends CounterName>(registry: Registry, name: N): Counter<LabelOf<N>> {
  const made = new Counter<string>(described(name));
  registry.registerMetric(made);
  return made;
}

function histogram<N extends HistogramName>(registry: Registry, name: N): Histogram<LabelOf<N>> {
  const { buckets }: MetricEntry = METRICS[name];
  const made = new Histogram<string>({ ...described(name), buckets: [...(buckets ?? [])] });
  registry.registerMetric(made);
  return made;
}

const FAILED_TASKS = /^temporal_workflow_task_execution_failed_total(?:\{.*\})? (\d+)$/gm;

/** Over all reasons and workflow types; the SDK has no such line before the first failure. */
function failedTasks(sdkText: string): number {
  let total = 0;
  for (const [, count] of sdkText.matchAll(FAILED_TASKS)) total += Number(count);
  return total;
}
