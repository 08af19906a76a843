import { findPathOwner } from '../../activities/exposedApi/findRival.ts';
import { claimOf, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import type { ApiRef } from '../kubernetes/exposedApis.ts';
import { fileURLToPath } from 'node:url';
import { Client, type Connection, type WorkflowClient } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createApiActivities, createComponentActivities } from '../../activities/index.ts';
import type { ApiDependencies } from '../../activities/dependencies.ts';
import { aborted } from './aborted.ts';
import { loadTemporalConfig } from '../config/temporal.ts';
import type { Settings } from '../config/settings.ts';
import { addressOfUrl } from '../domain/exposedApi/gatewayAddress.ts';
import { taskQueues, workflowId } from '../domain/kubernetes/names.ts';
import { endpointFor } from '../gateway/apig/endpoint.ts';
import { createGatewayWorker, type GatewayWorker } from './gatewayWorker.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import type { ClusterView } from '../kubernetes/watch/clusterView.ts';
import { createMutationCache } from '../kubernetes/watch/mutationCache.ts';
import { createComponentStore } from '../kubernetes/components.ts';
import { createChildStore } from '../kubernetes/children.ts';
import { isServiceReady } from '../kubernetes/endpoints.ts';
import { createRecordEvent } from '../kubernetes/events.ts';
import { createExposedApis } from '../kubernetes/exposedApis.ts';
import { readIngressAddress } from '../kubernetes/ingress.ts';
import { createObserveApi } from '../kubernetes/observeApi.ts';
import { createRestMapper } from '../kubernetes/client/restMapper.ts';
import type { PartHealth } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { missingSearchAttributes } from './temporal.ts';

export interface WorkerContext {
  readonly settings: Settings;
  readonly clients: Clients;
  /** Started and stopped by whoever built it; outlives the workers. */
  readonly view: ClusterView;
  readonly connection: Connection;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Which process speaks: the pod's name. */
  readonly instance: string;
  /** Where the operator itself lives: its lease is there. */
  readonly ownNamespace: string;
}

export interface Workers {
  readonly health: () => PartHealth;
  /** Resolves when all work has ended, rejects when a worker fails. */
  readonly done: Promise<void>;
  shutdown(): void;
}

/** How long a call to the gateway may go on after SIGTERM; below the usual 30 s of a pod. */
const SHUTDOWN_GRACE_MS = 20_000;
/** One cached workflow costs about 0.3 MB. */
const MAX_CACHED_WORKFLOWS = 1_000;

/** Builds the real clients, and runs the worker of the workflows beside the worker of the gateway. */
export async function startWorkers(context: WorkerContext): Promise<Workers> {
  const { settings, logger } = context;
  const temporal = loadTemporalConfig();
  const native = await NativeConnection.connect(temporal.connection);
  const missing = await missingSearchAttributes(context.connection, temporal.namespace);
  if (missing.length > 0)
    logger.warn(
      { missing },
      "Temporal lacks search attributes, so its UI's columns stay empty: create them and restart",
    );
  const queues = taskQueues(settings.CLUSTER_NAME);
  const common: Pick<WorkerOptions, 'connection' | 'namespace' | 'identity' | 'shutdownGraceTime'> = {
    connection: native,
    namespace: temporal.namespace,
    identity: context.instance,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
  };
  const main = await Worker.create({
    ...common,
    taskQueue: queues.main,
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    activities: mainActivities(context, missing.length === 0),
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
  const gateway = createGatewayWorker(context, common);
  const stopping = new AbortController();
  return {
    health: () => {
      const state = main.getState();
      const calls = gateway.health();
      return {
        ready: state === 'RUNNING' && calls.ready,
        detail: `workflows: ${state.toLowerCase()}; gateway calls: ${calls.detail}`,
      };
    },
    done: runAll({ main, gateway, native }, stopping),
    shutdown: () => stopping.abort(),
  };
}

interface Parts {
  readonly main: Worker;
  readonly gateway: GatewayWorker;
  readonly native: NativeConnection;
}

/** Where one worker fails the other stops, too: half an operator would only look alive. */
async function runAll({ main, gateway, native }: Parts, stopping: AbortController): Promise<void> {
  const stop = (): void => stopping.abort();
  const results = await Promise.allSettled([
    main.runUntil(aborted(stopping.signal)).finally(stop),
    gateway.run(stopping.signal).finally(stop),
  ]);
  await native.close();
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function mainActivities(context: WorkerContext, hasSearchAttributes: boolean): object {
  const { clients, settings, view } = context;
  const served = createRestMapper(clients);
  const recordEvent = createRecordEvent(clients, context.instance);
  const temporal = new Client({
    connection: context.connection,
    namespace: loadTemporalConfig().namespace,
  }).workflow;
  const components = createComponentStore(clients, served);
  const publicAddress =
    settings.APIG_PUBLIC_URL === undefined ? undefined : addressOfUrl(settings.APIG_PUBLIC_URL);
  const known = createMutationCache(view);
  const apis = createExposedApis(clients, served, known);
  const isAtWork = (ref: ApiRef): Promise<boolean> =>
    isRunning(temporal, workflowId(ref, settings.CLUSTER_NAME));
  const claims: ApiDependencies['claims'] = {
    contenders: (ref, path) => view.contenders(ref, path),
    caughtUp: async (ref, resourceVersion) => {
      await view.waitFor(ref, resourceVersion);
    },
  };
  async function pathOwnerOf(api: ExposedApi): Promise<PathOwner | undefined> {
    const mine = claimOf(api);
    const { wanted, isEntitled } = mine;
    if (wanted === undefined) return undefined;
    return findPathOwner({ apis, claims, isAtWork }, { mine, path: wanted, isEntitled });
  }
  const dependencies: ApiDependencies = {
    apis,
    observe: createObserveApi({
      view,
      known,
      live: {
        api: (ref) => apis.get(ref),
        entry: (key) => components.entries.read(key),
        isServiceReady: (namespace, service) => isServiceReady(clients, namespace, service),
        address: async (namespace) =>
          publicAddress ?? (await readIngressAddress(clients, namespace, settings.APIG_INGRESS)),
      },
      pathOwnerOf,
    }),
    entries: components.entries,
    claims,
    isAtWork,
    recordEvent,
    now: () => new Date(),
    settings: {
      desired: {
        specificationForm: settings.APIG_SPECIFICATION_FORM,
        sendPolicies: settings.APIG_SEND_POLICIES,
      },
      round: {
        pathChange: settings.APIG_PATH_CHANGE,
        gatewayTimeoutMs: settings.APIG_TIMEOUT,
        readinessDebounceMs: settings.READINESS_DEBOUNCE,
        reassertIntervalMs: settings.REASSERT_INTERVAL,
        takesBackWaitingCalls: true,
        hasSearchAttributes,
      },
      gatewayName: (namespace) => endpointFor(settings.APIG_ENDPOINT, namespace),
      workflowId: (ref) => workflowId(ref, settings.CLUSTER_NAME),
      workflowUrl: (id) =>
        settings.TEMPORAL_UI_URL &&
        `${settings.TEMPORAL_UI_URL}/namespaces/${loadTemporalConfig().namespace}/workflows/${encodeURIComponent(id)}`,
    },
  };
  return {
    ...createApiActivities(dependencies),
    ...createComponentActivities({
      components,
      children: createChildStore(clients),
      recordEvent,
      now: dependencies.now,
    }),
  };
}

async function isRunning(temporal: WorkflowClient, id: string): Promise<boolean> {
  try {
    const { status } = await temporal.getHandle(id).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
