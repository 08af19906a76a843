import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createGatewayActivities } from '../../activities/index.ts';
import type { Settings } from '../config/settings.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { gatewayHost, gatewayTaskQueue } from '../domain/kubernetes/names.ts';
import { endpointFor } from '../gateway/apig/endpoint.ts';
import { createGateway } from '../gateway/createGateway.ts';
import { fenceGateway, type Gateway, meterGateway } from '../gateway/gateway.ts';
import { aborted, type Clock } from '../kubernetes/clock.ts';
import { type PathArbiter, pathsOf } from '../paths/arbiter.ts';
import { describeError, type Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type CountQueued, createLaneBacklog } from './laneBacklog.ts';
import type { Lane } from './lanePool.ts';
import { gatewayLabel, isConfigured, meterCalls } from './meterGateways.ts';
import { shareSlots } from './slotShare.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { traceActivities, traceGateway } from './traces.ts';
import { createWaitingCalls, type Wake } from './waitingCalls.ts';

/** What the worker of a lane shares with all others of its process. */
export type CommonOptions = Pick<
  WorkerOptions,
  'connection' | 'namespace' | 'identity' | 'shutdownGraceTime'
>;

export interface LaneContext {
  readonly settings: Settings;
  readonly view: { apis(): Iterable<ExposedApi> };
  /** Has a call tried again that waits for its gateway. */
  readonly wake: Wake;
  readonly countQueued: CountQueued;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Undefined: none is asked for. */
  readonly tracing: Tracing | undefined;
  readonly logger: Logger;
}

/** One poller keeps up with what one gateway may be sent by default; where a backlog grows, more are added. */
const POLLERS = { type: 'autoscaling', initial: 1, minimum: 1, maximum: 5 } as const;

interface LaneParts {
  readonly endpoint: string;
  readonly arbiter: PathArbiter;
  readonly mayCall: () => boolean;
}

/** A worker for the calls of one gateway; the connection to Temporal is shared by all. */
export async function startLane(
  context: LaneContext,
  common: CommonOptions,
  parts: LaneParts,
): Promise<Lane> {
  const { settings, metrics, tracing, logger } = context;
  const { endpoint, arbiter, mayCall } = parts;
  const label = gatewayLabel(settings, endpoint);
  const built = buildGateway(settings, endpoint);
  const driver = tracing ? traceGateway(built, tracing, label) : built;
  const meter = meterCalls(metrics, label);
  const gateway = fenceGateway(meterGateway(driver, meter.observe), mayCall);
  const paths = shareSlots(pathsOf(gatewayHost(endpoint), arbiter), {
    slots: settings.APIG_MAX_CONCURRENCY,
    hangsAfterMs: settings.APIG_TIMEOUT / 2,
    hasOthers: (namespace) => hasOthers(context, endpoint, namespace),
    now: () => performance.now(),
  });
  const waiting = createWaitingCalls({
    wake: context.wake,
    now: () => performance.now(),
    onTrouble: (error) =>
      logger.warn(
        { endpoint, error: describeError(error) },
        "A call that waits for its gateway's return could not be woken; it is tried again by itself, within a minute",
      ),
  });
  const taskQueue = gatewayTaskQueue(endpoint, settings.CLUSTER_NAME);
  const backlog = createLaneBacklog({ count: () => context.countQueued(taskQueue), clock: context.clock });
  const worker = await Worker.create({
    ...common,
    taskQueue,
    activities: createGatewayActivities({ gateway, paths, onEnd: (attempt) => waiting.ended(attempt) }),
    ...(tracing && { interceptors: { activity: [traceActivities(tracing)] } }),
    activityTaskPollerBehavior: POLLERS,
    maxConcurrentActivityTaskExecutions: settings.APIG_MAX_CONCURRENCY,
    // A call tells every second that it is alive. The SDK would pass on one word in four seconds, of the five that Temporal waits.
    maxHeartbeatThrottleInterval: '1s',
    // Temporal holds the rate over all that poll the queue, but lets the first second's worth through at once; this one does not.
    maxActivitiesPerSecond: settings.APIG_MAX_RPS,
    maxTaskQueueActivitiesPerSecond: settings.APIG_MAX_RPS,
  });
  logger.debug({ endpoint }, 'The lane of a gateway is up');
  const gauges = [
    metrics.gauge('apig_gateway_calls_waiting', () => [[{ gateway: label }, waiting.size()]]),
    metrics.gauge('apig_gateway_calls_queued', () => {
      const size = backlog.size();
      return size === undefined ? [] : [[{ gateway: label }, size]];
    }),
  ];
  const stopping = new AbortController();
  async function run(): Promise<void> {
    void backlog.run(stopping.signal);
    try {
      await worker.runUntil(aborted(stopping.signal));
    } finally {
      stopping.abort();
      for (const forget of gauges) forget();
      meter.forget();
      await waiting.stop();
    }
  }
  return { done: run(), stop: () => stopping.abort() };
}

function hasOthers({ view, settings }: LaneContext, endpoint: string, namespace: string): boolean {
  for (const { ref } of view.apis())
    if (ref.namespace !== namespace && endpointFor(settings.APIG_ENDPOINT, ref.namespace) === endpoint)
      return true;
  return false;
}

function buildGateway(settings: Settings, endpoint: string): Gateway {
  return createGateway({
    endpoint,
    isConfigured: isConfigured(settings, endpoint),
    replies: {
      success: settings.APIG_SUCCESS_CODES,
      alreadyGone: settings.APIG_ALREADY_GONE,
      rejected: settings.APIG_REJECTED,
    },
    timeoutMs: settings.APIG_TIMEOUT,
    authFile: settings.APIG_AUTH_FILE,
    caFile: settings.APIG_CA_FILE,
    mock: settings.APIG_MOCK,
  });
}
