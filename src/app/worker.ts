import { Client } from '@temporalio/client';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Settings } from '../config/settings.ts';
import { taskQueues, workflowId } from '../domain/kubernetes/names.ts';
import type { RecordSeal } from '../domain/exposedApi/recordSeal.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { aborted, systemClock } from '../kubernetes/clock.ts';
import { createEventRecorder, type EventRecorder } from '../kubernetes/events.ts';
import type { ClusterView } from '../kubernetes/watch/clusterView.ts';
import type { PathIndex } from '../paths/pathIndex.ts';
import type { PartHealth } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { buildApiActivities, endRequestsWithActivity } from './apiActivities.ts';
import { isRunning, missingSearchAttributes } from './temporal.ts';
import { createCountQueued } from './laneBacklog.ts';
import { createLanes, type Lanes } from './lanes.ts';
import type { CommonOptions } from './startLane.ts';
import { meterBuild } from './meterParts.ts';
import { createSearchAttributes, type SearchAttributes } from './searchAttributes.ts';
import type { TaskFailures } from './taskFailures.ts';
import { createTemporalProbe, type TemporalProbe } from './temporalProbe.ts';
import { traceActivities } from './traces.ts';
import { createWake } from './wakeCall.ts';
import { workflowBundle } from './workflowBundle.ts';

export interface WorkerContext {
  readonly settings: Settings;
  /** Where records are sealed. */
  readonly seal: RecordSeal | undefined;
  readonly clients: Clients;
  /** Started and stopped by whoever built it; outlives the workers. */
  readonly view: ClusterView;
  /** Kept by the view. */
  readonly paths: PathIndex;
  /** Closed by whoever made it, after the workers. */
  readonly connection: NativeConnection;
  /** Of Temporal. */
  readonly namespace: string;
  /** Undefined: none is asked for. */
  readonly tracing: Tracing | undefined;
  /** Tells in the health that workflow tasks fail. */
  readonly taskFailures: Pick<TaskFailures, 'detail'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Which process speaks: the pod's name. */
  readonly instance: string;
  /** Where the operator itself lives: its lease is there. */
  readonly ownNamespace: string;
}

export interface Workers {
  readonly health: () => PartHealth;
  /** Does this process make the gateway calls just now? */
  readonly isHolding: () => boolean;
  /** Resolves when all work has ended, rejects when a worker fails. */
  readonly done: Promise<void>;
  shutdown(): void;
}

/** How long a call to the gateway may go on after SIGTERM; below the usual 30 s of a pod. */
const SHUTDOWN_GRACE_MS = 20_000;
/** One cached workflow costs about 0.2 MB; one that is not cached costs a replay of about 20 ms at its next signal. */
const MAX_CACHED_WORKFLOWS = 200;
/**
 * How long a task waits for the worker that has its workflow in the cache: after a crash each waits so long for one that is no more. The
 * SDK's default is 10 s.
 */
const STICKY_MS = 3_000;

/**
 * Builds the real clients, and runs the worker of the workflows beside the lanes of the gateways. The lanes begin at once: with the lease
 * before the first list of the APIs, these need not be listed twice.
 */
export async function startWorkers(context: WorkerContext): Promise<Workers> {
  const { connection, namespace, taskFailures } = context;
  const common: CommonOptions = {
    connection,
    namespace,
    identity: context.instance,
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
  };
  const stopping = new AbortController();
  const probe = createTemporalProbe(connection, systemClock);
  const lanes = createLanes(lanesContext(context, probe), common);
  const probing = probe.run(stopping.signal);
  const calls = lanes.run(stopping.signal);
  // How they end is told by `done`.
  calls.catch(() => undefined);
  try {
    const parts = await createMain(context, common);
    return {
      isHolding: lanes.isHolding,
      health: () => healthOf(parts.main, lanes, taskFailures),
      done: runAll({ ...parts, probing, calls }, stopping),
      shutdown: () => stopping.abort(),
    };
  } catch (error) {
    stopping.abort();
    await calls.catch(() => undefined);
    throw error;
  }
}

type Main = Pick<Parts, 'main' | 'recorder' | 'searchAttributes'>;

/** The worker of the workflows, not running yet. */
async function createMain(context: WorkerContext, common: CommonOptions): Promise<Main> {
  const { settings, seal, clients, view, connection, namespace, tracing, logger } = context;
  const searchAttributes = createSearchAttributes({
    missing: () => missingSearchAttributes(connection, namespace),
    intervalMs: settings.RESYNC_INTERVAL,
    clock: systemClock,
    logger,
  });
  const recorder = createEventRecorder({ clients, instance: context.instance, logger });
  const activities = buildApiActivities({
    settings,
    seal,
    clients,
    view,
    tracing,
    emitEvent: recorder.emit,
    onEntryConflict: () => context.metrics.entryConflicts.inc(),
    hasSearchAttributes: () => searchAttributes.areKnown(),
  });
  async function create(): Promise<Worker> {
    const bundle = await workflowBundle();
    logger.info({ bundle: bundle.hash, isNew: bundle.isNew }, 'Workflow code loaded');
    meterBuild(context.metrics, bundle.hash);
    return await Worker.create({
      ...common,
      taskQueue: taskQueues(settings.CLUSTER_NAME).main,
      workflowBundle: bundle,
      activities,
      interceptors: { activity: [endRequestsWithActivity, ...(tracing ? [traceActivities(tracing)] : [])] },
      maxCachedWorkflows: MAX_CACHED_WORKFLOWS,
      stickyQueueScheduleToStartTimeout: STICKY_MS,
      // The activities of this queue are all local; calls to gateways have queues of their own.
      enableNonLocalActivities: false,
    });
  }
  const [main] = await Promise.all([create(), searchAttributes.look()]);
  return { main, recorder, searchAttributes };
}

function healthOf(main: Worker, lanes: Lanes, taskFailures: WorkerContext['taskFailures']): PartHealth {
  const state = main.getState();
  const calls = lanes.health();
  const failures = taskFailures.detail();
  return {
    ready: state === 'RUNNING' && calls.ready,
    detail: [
      `workflows: ${state.toLowerCase()}`,
      `gateway calls: ${calls.detail}`,
      ...(failures === undefined ? [] : [failures]),
    ].join('; '),
  };
}

function lanesContext(context: WorkerContext, probe: TemporalProbe): Parameters<typeof createLanes>[0] {
  const { view, paths, connection, namespace, settings } = context;
  const client = new Client({ connection, namespace }).workflow;
  return {
    ...context,
    view: {
      apis: () => view.apis(),
      api: (key) => view.api(key),
      claims: paths,
      listApis: () => view.listApis(),
      onApi: (listener) =>
        view.subscribe({
          onApi: ({ next }) => {
            if (next !== undefined) listener(next.api);
          },
        }),
      caughtUp: (ref, resourceVersion) => view.waitFor(ref, resourceVersion),
    },
    temporal: client,
    wake: createWake({
      service: connection.workflowService,
      client,
      namespace,
      identity: context.instance,
    }),
    countQueued: createCountQueued(connection.workflowService, namespace),
    isAtWork: (ref) => isRunning(client, workflowId(ref, settings.CLUSTER_NAME)),
    isTemporalAnswering: () => probe.isAnswering(),
    clock: systemClock,
  };
}

interface Parts {
  readonly main: Worker;
  /** Those of the lanes, which have begun. */
  readonly calls: Promise<void>;
  readonly probing: Promise<void>;
  readonly recorder: EventRecorder;
  readonly searchAttributes: SearchAttributes;
}

/** Where one worker fails the other stops, too: half an operator would only look alive. */
async function runAll(parts: Parts, stopping: AbortController): Promise<void> {
  const { main, calls, probing, recorder, searchAttributes } = parts;
  const stop = (): void => stopping.abort();
  const results = await Promise.allSettled([
    main.runUntil(aborted(stopping.signal)).finally(stop),
    calls.finally(stop),
    probing,
    searchAttributes.run(stopping.signal),
  ]);
  await recorder.stop();
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
