import { findPathOwner } from '../../activities/exposedApi/findRival.ts';
import { claimOf } from '../domain/exposedApi/pathClaim.ts';
import { fileURLToPath } from 'node:url';
import { Client, type Connection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createApiActivities, createComponentActivities } from '../../activities/index.ts';
import type { ApiDependencies } from '../../activities/dependencies.ts';
import { aborted } from './aborted.ts';
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
import { createRecordEvent } from '../kubernetes/events.ts';
import { createExposedApis } from '../kubernetes/exposedApis.ts';
import { readIngressAddress } from '../kubernetes/ingress.ts';
import { createRestMapper } from '../kubernetes/client/restMapper.ts';
import type { PartHealth } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
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
  const claims = createPathClaims({
    clients: context.clients,
    scope: { namespaces: settings.WATCH_NAMESPACES, selector: settings.API_SELECTOR },
    gatewayOf: (namespace) => endpointFor(settings.APIG_ENDPOINT, namespace),
    logger,
  });
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
    activities: mainActivities(context, { claims, hasSearchAttributes: missing.length === 0 }),
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
}

/** Where one worker fails the other stops, too: half an operator would only look alive. */
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
  await native.close();
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function mainActivities(
  context: WorkerContext,
  { claims, hasSearchAttributes }: { readonly claims: PathClaims; readonly hasSearchAttributes: boolean },
): object {
  const { clients, settings } = context;
  const served = createRestMapper(clients);
  const recordEvent = createRecordEvent(clients, context.instance);
  const temporal = new Client({
    connection: context.connection,
    namespace: loadTemporalConfig().namespace,
  }).workflow;
  const components = createComponentStore(clients);
  const publicAddress =
    settings.APIG_PUBLIC_URL === undefined ? undefined : addressOfUrl(settings.APIG_PUBLIC_URL);
  const apis = createExposedApis(clients, served);
  const isAtWork = (ref: ResourceRef): Promise<boolean> =>
    isRunning(temporal, workflowId(ref, settings.CLUSTER_NAME));
  const dependencies: ApiDependencies = {
    apis,
    observe: async (ref) => {
      const api = await apis.get(ref);
      if (api === undefined) return undefined;
      const { namespace } = ref;
      const mine = claimOf(api);
      const { wanted, isEntitled } = mine;
      const [endpointsReady, address, entry, pathOwner] = await Promise.all([
        api.spec.valid ? isServiceReady(clients, namespace, api.spec.value.implementation) : false,
        publicAddress ?? readIngressAddress(clients, namespace, settings.APIG_INGRESS),
        api.parent
          ? components.entries.read({ namespace, component: api.parent.name, apiUid: api.uid })
          : ('noParent' as const),
        wanted === undefined
          ? undefined
          : findPathOwner({ apis, claims, isAtWork }, { mine, path: wanted, isEntitled }),
      ]);
      return { api, surroundings: { endpointsReady, address, entry, pathOwner } };
    },
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
