import type { RetryPolicy } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ComponentActivities, ExposedApiActivities, GatewayActivities } from '../activities/types.ts';
import { GATEWAY_FAILURES } from '../src/domain/registration/outcome.ts';
import { inMarkdown } from '../src/domain/kubernetes/markdown.ts';
import type { Step } from '../src/domain/registration/record.ts';
import type { Place, Urgency } from '../src/domain/registration/urgency.ts';

/** Reads and writes at the API server take milliseconds; what does not succeed soon is left to the next round. */
const KUBERNETES_OPTIONS = {
  startToCloseTimeout: '15s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumAttempts: 4 },
} as const;

const localApi = (summary: string): ExposedApiActivities =>
  proxyLocalActivities<ExposedApiActivities>({ ...KUBERNETES_OPTIONS, summary });

/** Work at the API server, each with the line that Temporal's UI shows beside it. */
export const kubernetes: ExposedApiActivities = {
  observeApi: localApi('read the resource and its surroundings').observeApi,
  recordIntent: localApi('record the intent on the resource').recordIntent,
  reportApi: localApi("tell the Component's entry and the status").reportApi,
  releaseApi: localApi('release the finalizer').releaseApi,
};

/**
 * The driver's own time-out ends a call first; only a lost worker leaves it to Temporal. So long may a worker be silent that tells every
 * second that it is alive (activities/liveness.ts).
 */
const WORKER_LOST_MS = 5_000;

/** Lower goes first where calls wait in line; 3 is Temporal's own default. */
const PRIORITY_KEYS: Readonly<Record<Urgency, number>> = { change: 2, repeat: 4, reassertion: 5 };

interface Call extends Place {
  readonly step: Step;
  /** Of the API. Where the server has fairness switched on, namespaces take turns. */
  readonly namespace: string;
  /** Has Temporal repeat it for as long as it surely is not done. */
  readonly isRetried?: boolean;
}

/** What a failed attempt may have done decides what is safe to do next, and that is the workflow's to judge. */
const ONE_ATTEMPT: RetryPolicy = { maximumAttempts: 1 };

/**
 * For a call that surely was not done, and is wanted all the same. Each attempt says itself how long to wait (activities/gateway.ts);
 * whatever else than GatewayUnavailable ends an attempt, a lost worker included, ends the activity.
 */
const UNTIL_DONE: RetryPolicy = {
  initialInterval: '2s',
  backoffCoefficient: 2,
  maximumInterval: '60s',
  nonRetryableErrorTypes: [
    GATEWAY_FAILURES.rejected,
    GATEWAY_FAILURES.unknown,
    // Temporal's own names for a worker that did not report back.
    'TemporalTimeout:StartToClose',
    'TemporalTimeout:Heartbeat',
  ],
};

export function gatewayActivities(
  taskQueue: string,
  timeoutMs: number,
  { step: { verb, registration }, urgency, namespace, agesAfterMs, isRetried = false }: Call,
): GatewayActivities {
  return proxyActivities<GatewayActivities>({
    taskQueue,
    startToCloseTimeout: timeoutMs + WORKER_LOST_MS,
    heartbeatTimeout: WORKER_LOST_MS,
    // Then it fails, surely not made, to be asked for again as a change.
    ...(agesAfterMs !== undefined && { scheduleToStartTimeout: agesAfterMs }),
    retry: isRetried ? UNTIL_DONE : ONE_ATTEMPT,
    // Cancelled while it waits in line it was never made; once begun, how it ends must be known all the same.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: { priorityKey: PRIORITY_KEYS[urgency], fairnessKey: namespace },
    summary: `${verb} ${inMarkdown(registration.path)} at the gateway`,
  });
}

/** A Component may have dozens of APIs to make; what does not succeed soon is left to the next round. */
const localComponent = (summary: string): ComponentActivities =>
  proxyLocalActivities<ComponentActivities>({
    startToCloseTimeout: '60s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumAttempts: 4 },
    summary,
  });

/** Work at the API server, each with the line that Temporal's UI shows beside it. */
export const componentActivities: ComponentActivities = {
  observeComponent: localComponent('read the Component and its APIs').observeComponent,
  applyChildren: localComponent('make, change and delete its APIs').applyChildren,
  reportComponent: localComponent("tell the Component's status").reportComponent,
};
