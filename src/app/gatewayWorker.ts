import { Worker, type WorkerOptions } from '@temporalio/worker';
import { createGatewayActivities } from '../../activities/index.ts';
import { aborted } from './aborted.ts';
import type { Settings } from '../config/settings.ts';
import { taskQueues } from '../domain/kubernetes/names.ts';
import { createGateway } from '../gateway/createGateway.ts';
import { fenceGateway } from '../gateway/fence.ts';
import { meterGateway } from '../gateway/meter.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { createLeaderElector, type Leadership } from '../kubernetes/lease/leaderElector.ts';
import { createLeaseStore } from '../kubernetes/lease/leaseStore.ts';
import type { PartHealth } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface GatewayWorkerContext {
  readonly settings: Settings;
  readonly clients: Clients;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly instance: string;
  /** Where the operator itself lives: its lease is there. */
  readonly ownNamespace: string;
}

export interface GatewayWorker {
  readonly health: () => PartHealth;
  /** Until `stopped`: makes the gateway calls whenever this process holds the lease. Rejects when the worker fails. */
  run(stopped: AbortSignal): Promise<void>;
}

/**
 * Of all worker processes one at a time makes the gateway calls, so that its limits are those of all workers together. The lease
 * has the name of the task queue.
 */
export function createGatewayWorker(
  context: GatewayWorkerContext,
  common: Pick<WorkerOptions, 'connection' | 'namespace' | 'identity' | 'shutdownGraceTime'>,
): GatewayWorker {
  const { settings, clients, logger, ownNamespace: namespace, instance } = context;
  const queue = taskQueues(settings.CLUSTER_NAME).gateway;
  const contender = createLeaderElector({
    store: createLeaseStore(clients, { namespace, name: queue }),
    me: instance,
    drainMs: settings.APIG_TIMEOUT,
    work: async (stop) => {
      const worker = await Worker.create({
        ...common,
        taskQueue: queue,
        activities: createGatewayActivities({ gateway }),
        maxConcurrentActivityTaskExecutions: settings.APIG_MAX_CONCURRENCY,
        // Temporal holds the rate over all that poll the queue, but lets the first second's worth through at once; this one does not.
        maxActivitiesPerSecond: settings.APIG_MAX_RPS,
        maxTaskQueueActivitiesPerSecond: settings.APIG_MAX_RPS,
      });
      await worker.runUntil(aborted(stop));
    },
    onStanding: (standing) => tell(logger, standing, `${namespace}/${queue}`),
  });
  const gateway = fenceGateway(buildGateway(context), () => contender.isHeld());
  return { run: (stopped) => contender.run(stopped), health: () => healthOf(contender.standing()) };
}

function buildGateway({ settings, metrics }: GatewayWorkerContext): ReturnType<typeof createGateway> {
  const gateway = createGateway({
    endpoint: settings.APIG_ENDPOINT,
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
  return meterGateway(gateway, (verb, outcome, seconds) => {
    metrics.gatewayCalls.inc({ verb, outcome });
    metrics.gatewaySeconds.observe({ verb }, seconds);
  });
}

function tell(logger: Logger, standing: Leadership, lease: string): void {
  switch (standing.kind) {
    case 'holding':
      logger.info({ lease }, 'Gateway calls are made by this process');
      break;
    case 'standingBy':
      logger.info({ lease, holder: standing.holder }, 'Gateway calls are made by another process');
      break;
    case 'unable':
      logger.warn({ lease }, 'This process cannot make gateway calls just now, and leaves them to others');
      break;
    case 'cutOff':
      logger.warn(
        { lease, error: causeOf(standing) },
        'The lease cannot be had, so this process makes no gateway calls. Check that the API server is reachable and that the role allows get, create and update of leases in this namespace',
      );
  }
}

function healthOf(standing: Leadership): PartHealth {
  switch (standing.kind) {
    case 'holding':
      return { ready: true, detail: 'here' };
    case 'standingBy':
      return { ready: true, detail: `stands by for ${standing.holder || 'its turn'}` };
    case 'unable':
      return { ready: false, detail: 'none, they are left to others: Temporal does not answer' };
    case 'cutOff':
      return { ready: false, detail: `none, the lease cannot be had: ${causeOf(standing)}` };
  }
}

function causeOf({ error }: Extract<Leadership, { kind: 'cutOff' }>): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 256);
}
