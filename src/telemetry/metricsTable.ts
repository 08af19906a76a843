export interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What one value counts, as a word for the reference page. */
  readonly unit: string;
  readonly help: string;
  /** Each label with the values that it takes. They are few, so no name of an API and no namespace is among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of histograms: upper bounds. */
  readonly buckets?: readonly number[];
}

const VERB = '`register`, `remove`';
const GATEWAY =
  'host:port of `APIG_ENDPOINT` or of a former endpoint; `own-namespace` stands for all gateways that APIs have in their own namespaces';
const KIND = '`exposedapis`, `apis`, `components`, `endpointslices`, `ingresses`';
const WHAT =
  '`registration`: no answer yet; `retry`: the gateway did not confirm, and is asked again; `removal`: the finalizer is still there';

/** Every metric of ours. docs/metrics.md is made of it, by `npm run docs`. */
export const METRICS = {
  apig_build_info: {
    type: 'gauge',
    unit: 'always 1',
    help: 'What runs here',
    labels: {
      version: 'of the operator',
      workflows: 'hash of the workflow code; empty in a process without workers',
      node: 'version of Node.js',
    },
  },
  apig_ready: {
    type: 'gauge',
    unit: '0 or 1',
    help: 'Whether a part of the process is ready; the body of /readyz says why it is not',
    labels: { part: '`view`, `watcher`, `worker`, `rights`, and what the process waits for while it starts' },
  },
  apig_lease_held: {
    type: 'gauge',
    unit: '0 or 1',
    help: 'Whether this process holds the lease, so that it makes the gateway calls; one of all processes does',
    labels: {},
  },
  apig_apis: {
    type: 'gauge',
    unit: 'APIs',
    help: 'APIs by the state that their status tells, as the view of this process shows them',
    labels: { state: 'the states of `OdaApiState`; `Pending` where no status tells one' },
  },
  apig_waiting_apis: {
    type: 'gauge',
    unit: 'APIs',
    help: 'APIs that wait for the gateway or for their workflow; a pause is no wait',
    labels: { what: WHAT },
  },
  apig_oldest_wait_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'For how long the API has waited that has waited longest; 0 where none waits',
    labels: { what: WHAT },
  },
  apig_registration_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Time from the event that tells of a new API or a changed spec to the one that tells Registered; measured by the holder of the lease',
    labels: {},
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
  },
  apig_gateway_calls_total: {
    type: 'counter',
    unit: 'calls',
    help: 'Calls to the gateway that have ended',
    labels: { verb: VERB, outcome: '`accepted`, `rejected`, `unavailable`, `unknown`', gateway: GATEWAY },
  },
  apig_gateway_call_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    help: 'Duration of calls to the gateway',
    labels: { verb: VERB, gateway: GATEWAY },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
  },
  apig_gateway_calls_in_flight: {
    type: 'gauge',
    unit: 'calls',
    help: 'Calls to the gateway that are out; APIG_MAX_CONCURRENCY limits them for each gateway',
    labels: { gateway: GATEWAY },
  },
  apig_gateway_calls_waiting: {
    type: 'gauge',
    unit: 'calls',
    help: 'Calls that the gateway did not answer and that wait for another try, as this holder of the lease has seen them',
    labels: { gateway: GATEWAY },
  },
  apig_gateway_calls_queued: {
    type: 'gauge',
    unit: 'calls',
    help: 'Calls that wait for their turn in the lane of a gateway, as Temporal estimates them, no older than 15 s; it grows where more is asked for than APIG_MAX_RPS and APIG_MAX_CONCURRENCY let through',
    labels: { gateway: GATEWAY },
  },
  apig_view_stale_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'For how long a watch has been away, so that changes may be missing; 0 while it is open. A kind that the cluster does not serve is left out',
    labels: { kind: KIND },
  },
  apig_view_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Time since a list, an event or a bookmark was seen last; the API server sends a bookmark every minute or two',
    labels: { kind: KIND },
  },
  apig_signals_queued: {
    type: 'gauge',
    unit: 'resources',
    help: 'Resources whose workflow is still to be signalled, failed ones included',
    labels: {},
  },
  apig_signals_failing: {
    type: 'gauge',
    unit: 'resources',
    help: 'Resources whose workflow could not be signalled, so that it is tried again',
    labels: {},
  },
  apig_component_entry_conflicts_total: {
    type: 'counter',
    unit: 'writes',
    help: 'Writes of entries in the status of a Component that came after a write of somebody else, and were decided anew',
    labels: {},
  },
  apig_workflow_task_failures_total: {
    type: 'counter',
    unit: 'workflow tasks',
    help: 'Workflow tasks that failed: the workflow stands still until one succeeds',
    labels: {},
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof METRICS;

export type LabelOf<N extends MetricName> = Extract<keyof (typeof METRICS)[N]['labels'], string>;

type NameOf<T extends MetricEntry['type']> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];

export type GaugeName = NameOf<'gauge'>;
export type CounterName = NameOf<'counter'>;
export type HistogramName = NameOf<'histogram'>;
