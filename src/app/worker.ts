import { claimOf, ownerBefore, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import { Client, type Connection, type WorkflowClient } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { findPathOwner } from '../../activities/exposedApi/findRival.ts';
import { claimOf } from '../domain/exposedApi/pathClaim.ts';
import { fileURLToPath } from 'node:url';
import { Client, type Connection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createApiActivities, createComponentActivities } from '../../activities/index.ts';
import type { ApiDependencies } from '../../activities/dependencies.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { aborted } from './aborted.ts';
import { endRequestsWithActivity } from './endRequests.ts';
import { isRunning } from './isRunning.ts';
import { loadTemporalConfig } from '../config/temporal.ts';
import type { Settings } from '../config/settings.ts';
import { addressOfUrl } from '../domain/exposedApi/gatewayAddress.ts';
import { taskQueues, workflowId, type ResourceRef } from '../domain/kubernetes/names.ts';
import { createPathClaims, type PathClaims } from '../paths/pathClaims.ts';
import { watcherHealth } from '../kubernetes/watch/health.ts';
import { endpointFor } from '../gateway/apig/endpoint.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { createTemporalProbe, type TemporalProbe } from './temporalProbe.ts';
import { systemClock } from '../kubernetes/clock.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { createComponentStore } from '../kubernetes/components.ts';
import { createChildStore } from '../kubernetes/children.ts';
import { isServiceReady } from '../kubernetes/endpoints.ts';
import { createEventRecorder, type EventRecorder } from '../kubernetes/events.ts';
import { createExposedApis } from '../kubernetes/exposedApis.ts';
import { readIngressAddress } from '../kubernetes/ingress.ts';
import type { PartHealth } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { workflowBundle } from './workflowBundle.ts';
import { missingSearchAttributes } from './temporal.ts';

export interface WorkerContext {
  readonly settings: Settings;
  readonly clients: Clients;
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
/** One cached workflow costs about 0.2 MB; one that is not cached costs a replay of about 20 ms at its next signal. */
const MAX_CACHED_WORKFLOWS = 200;

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
  const claims = createPathClaims({
    clients: context.clients,
    scope: { namespaces: settings.WATCH_NAMESPACES, selector: settings.API_SELECTOR },
    gatewayOf: (namespace) => endpointFor(settings.APIG_ENDPOINT, namespace),
    logger,
  });
  const recorder = createEventRecorder({ clients: context.clients, instance: context.instance, logger });
  const common: Pick<WorkerOptions, 'connection' | 'namespace' | 'identity' | 'shutdownGraceTime'> = {
    connection: native,
    namespace: temporal.namespace,
    identity: context.instance,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
  };
  const bundle = await workflowBundle();
  logger.info({ bundle: bundle.hash, isNew: bundle.isNew }, 'Workflow code loaded');
  const main = await Worker.create({
    ...common,
    taskQueue: queues.main,
    workflowBundle: bundle,
    activities: mainActivities(context, { claims, recorder, hasSearchAttributes: missing.length === 0 }),
    interceptors: { activity: [endRequestsWithActivity] },
    maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
  });
  const probe = createTemporalProbe(context.connection, systemClock);
  const client = new Client({ connection: context.connection, namespace: temporal.namespace }).workflow;
  const gateway = createLanes(
    {
      ...context,
      view: claims,
      temporal: client,
      isAtWork: (ref) => isRunning(client, workflowId(ref, settings.CLUSTER_NAME)),
      isTemporalAnswering: () => probe.isAnswering(),
      clock: systemClock,
    },
    common,
  );
  const stopping = new AbortController();
  claims.start();
  return {
    health: () => {
      const state = main.getState();
      const calls = gateway.health();
      const view = watcherHealth(claims.health(), [], { now: Date.now(), failing: 0, lastError: undefined });
      return {
        ready: state === 'RUNNING' && calls.ready && view.ready,
        detail: `workflows: ${state.toLowerCase()}; gateway calls: ${calls.detail}; paths in use: ${view.detail}`,
      };
    },
    done: runAll({ main, gateway, native, claims, recorder }, stopping),
    done: runAll({ main, gateway, native, claims, probe }, stopping),
    shutdown: () => stopping.abort(),
  };
}

interface Parts {
  readonly main: Worker;
  readonly gateway: Lanes;
  readonly probe: TemporalProbe;
  readonly native: NativeConnection;
  readonly claims: PathClaims;
  readonly recorder: EventRecorder;
}

/** Where one worker fails the other stops, too: half an operator would only look alive. */
async function runAll(parts: Parts, stopping: AbortController): Promise<void> {
  const { main, gateway, native, claims, recorder } = parts;
async function runAll(
  { main, gateway, native, claims, probe }: Parts,
  stopping: AbortController,
): Promise<void> {
  const stop = (): void => stopping.abort();
  const results = await Promise.allSettled([
    main.runUntil(aborted(stopping.signal)).finally(stop),
    gateway.run(stopping.signal).finally(stop),
    probe.run(stopping.signal),
  ]);
  // What activities look at outlives them.
  await claims.stop();
  await recorder.stop();
  await native.close();
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function mainActivities(
  context: WorkerContext,
  {
    claims,
    recorder,
    hasSearchAttributes,
  }: Pick<Parts, 'claims' | 'recorder'> & { readonly hasSearchAttributes: boolean },
): object {
  const { clients, settings } = context;
  const temporal = new Client({
    connection: context.connection,
    namespace: loadTemporalConfig().namespace,
  }).workflow;
  const components = createComponentStore(clients);
  const publicAddress =
    settings.APIG_PUBLIC_URL === undefined ? undefined : addressOfUrl(settings.APIG_PUBLIC_URL);
  const apis = createExposedApis(clients, clients.restMapper);
  const pathOwnerOf = async (api: ExposedApi): Promise<PathOwner | undefined> => {
    const mine = claimOf(api);
    const { wanted, isEntitled } = mine;
    if (wanted === undefined) return undefined;
    for (const other of claims.contenders(api.ref, wanted)) {
      const owner = ownerBefore({ mine, path: wanted, isEntitled }, other);
      if (
        owner !== undefined &&
        (other.isGone !== true || (await isRunning(temporal, workflowId(other.ref, settings.CLUSTER_NAME))))
      )
        return owner;
    }
    return undefined;
  };
  const apis = createExposedApis(clients, served);
  const isAtWork = (ref: ResourceRef): Promise<boolean> =>
    isRunning(temporal, workflowId(ref, settings.CLUSTER_NAME));
  const dependencies: ApiDependencies = {
    apis,
    observe: async (ref) => {
      const api = await apis.get(ref);
      if (api === undefined) return undefined;
      const { namespace } = ref;
      const [endpointsReady, address, entry, pathOwner] = await Promise.all([
        api.spec.valid ? isServiceReady(clients, namespace, api.spec.value.implementation) : false,
        publicAddress ?? readIngressAddress(clients, namespace, settings.APIG_INGRESS),
        api.parent
          ? components.entries.read({ namespace, component: api.parent.name, apiUid: api.uid })
          : ('noParent' as const),
        pathOwnerOf(api),
      ]);
      return { api, surroundings: { endpointsReady, address, entry, pathOwner } };
    },
    entries: components.entries,
    emitEvent: recorder.emit,
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
      emitEvent: recorder.emit,
      now: dependencies.now,
    }),
  };
}
