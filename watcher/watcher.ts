import { isUnderWay, type ReconcileOptions } from '../src/domain/exposedApi/reconcileReason.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import {
  COMPONENTS,
  parseResourceKey,
  resourceKey,
  type ResourceRef,
} from '../src/domain/kubernetes/names.ts';
import { newestOf, type Versions } from '../src/domain/kubernetes/versions.ts';
import type { Logger } from '../src/telemetry/logger.ts';
import { type Clock, systemClock } from '../src/kubernetes/clock.ts';
import type { ClusterView } from '../src/kubernetes/watch/clusterView.ts';
import { createWorkQueue } from '../src/kubernetes/watch/workQueue.ts';
import { createEventHandlers } from './eventHandlers.ts';
import { createInFlight, IN_FLIGHT } from './inFlight.ts';
import { runReassert } from './reassert.ts';
import { runResync } from './resync.ts';
import { type ApiRef, createSweep, runFirstSweep, runningWorkflows, type Sight } from './sweep.ts';
import { runWakeLost } from './wakeLost.ts';
import { createWorkflowSignaller, type TemporalClient } from './workflowSignaller.ts';

export interface WatcherSettings {
  /** WATCH_NAMESPACES; empty: all. */
  readonly namespaces: readonly string[];
  readonly componentController: 'embedded' | 'external';
  /** CLUSTER_NAME. Empty: one cluster. */
  readonly cluster: string;
  /** Names the gateway of a namespace; namespaces may share one. */
  readonly gatewayOf: (namespace: string) => string;
  /** What gateways are sent, and how. */
  readonly desired: ReconcileOptions;
  readonly resyncIntervalMs: number;
  /** 0: nothing is asserted again. */
  readonly reassertIntervalMs: number;
}

export interface WatcherDependencies {
  /** Not started yet: whoever owns it starts it after the watcher is made. */
  readonly view: ClusterView;
  readonly temporal: TemporalClient;
  /** Reads an API of a namespace that the view does not cover; undefined where it is gone. */
  readonly readApi: (ref: ApiRef) => Promise<ExposedApi | undefined>;
  readonly logger: Logger;
  readonly settings: WatcherSettings;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface Watcher {
  /** Begins to sweep and to assert again; signals go out as soon as the view has started. */
  start(): void;
  /** Resolves when the last signal has ended; those not sent by then are found again by the next start. Before the view is stopped. */
  stop(): Promise<void>;
  /** Resolves when everything there is has been seen and every signal it needed has been sent. */
  caughtUp(): Promise<void>;
  /** Looks at everything anew and wakes the workflows of what has gone; the same that RESYNC_INTERVAL does. */
  resync(): Promise<void>;
  health(): { readonly ready: boolean; readonly detail: string };
  /** Resources whose workflow is still to be signalled, and those of them where that has failed. */
  queue(): { readonly size: number; readonly failing: number };
}

/** Five signals a second for one resource, so that whoever changes it all the time does not fill its workflow's history. */
const SIGNAL_SPACING_MS = 200;
/** A resource that changes all the time is looked at once in two seconds: each look costs ten requests, and a call. */
const SIGNAL_BURST = { size: 20, everyMs: 2_000 };

function namespaceOf(key: string): string {
  return parseResourceKey(key).namespace;
}

/** Follows the view and tells workflows to look again. Holds no truth: it can be killed, doubled or restarted at any time. */
export function createWatcher({
  view,
  temporal,
  readApi,
  logger,
  settings,
  clock = systemClock,
}: WatcherDependencies): Watcher {
  const { cluster, namespaces, componentController } = settings;
  const stopping = new AbortController();
  const signaller = createWorkflowSignaller(temporal, { ...settings, now: () => clock.now() }, logger);
  const gone = new Map<string, ExposedApi>();
  const versions = new Map<string, Versions>();
  const inFlight = createInFlight(
    { ...IN_FLIGHT, groupOf: namespaceOf, clock, onRoom: () => queue.resume() },
    stopping.signal,
  );
  const queue = createWorkQueue({
    handle,
    logger,
    clock,
    spacingMs: SIGNAL_SPACING_MS,
    burst: SIGNAL_BURST,
    groupOf: namespaceOf,
    isGroupFull: (group) => inFlight.isFull(group),
  });
  const handlers = createEventHandlers({
    view,
    isController: componentController === 'embedded',
    desired: settings.desired,
    signal: (key, atLeast) => {
      noteVersions(key, atLeast);
      queue.add(key);
    },
    onApiGone: (key, last) => gone.set(key, last),
    clock,
    logger,
  });
  view.subscribe({
    ...handlers,
    onApi(change, others) {
      const api = change.next?.api ?? change.previous?.api;
      const isFound = change.previous === undefined && change.cause === 'list';
      if (api !== undefined) inFlight[isFound ? 'noteFound' : 'end'](resourceKey(api.ref));
      handlers.onApi(change, others);
    },
  });
  let done: Promise<unknown> = Promise.resolve();

  function noteVersions(key: string, atLeast: Versions): void {
    versions.set(key, newestOf(versions.get(key) ?? {}, atLeast));
  }

  /** Decides by what is known now, not by what was known when the key was queued. */
  async function handle(key: string): Promise<void> {
    const api = view.api(key);
    const component = view.component(key);
    const atLeast = versions.get(key) ?? {};
    versions.delete(key);
    if (api !== undefined && isUnderWay(api, settings.desired)) inFlight.begin(key, api.size);
    try {
      if (api !== undefined) await signaller.signalApi(api, atLeast);
      else if (component !== undefined) await signaller.signalComponent(component, atLeast);
      else await signaller.signalDeleted(parseResourceKey(key), atLeast, gone.get(key));
    } catch (error) {
      inFlight.end(key);
      noteVersions(key, atLeast);
      throw error;
    }
    gone.delete(key);
  }

  async function begin(): Promise<void> {
    await view.settled();
    if (!stopping.signal.aborted) handlers.beginComponents();
  }

  /** Where the view is incomplete, or somebody else's, nothing counts as gone. */
  function sight(ref: ResourceRef): Sight {
    if (ref.plural === COMPONENTS && componentController === 'external') return 'known';
    if (namespaces.length > 0 && !namespaces.includes(ref.namespace)) return 'dropped';
    const key = resourceKey(ref);
    if (view.api(key) !== undefined || view.component(key) !== undefined) return 'known';
    return view.isSynced(ref) ? 'gone' : 'unlisted';
  }

  const running = (): AsyncIterable<ResourceRef> => runningWorkflows(temporal, cluster);
  const sweep = createSweep({
    running,
    sight,
    readApi,
    signal: (ref) => queue.add(resourceKey(ref)),
    logger,
  });

  async function sweepAtStart(): Promise<void> {
    await begun;
    await runFirstSweep({ sweep, clock, logger }, stopping.signal);
  }

  const begun = begin();
  return {
    start() {
      const resync = runResync(
        {
          intervalMs: settings.resyncIntervalMs,
          relist: () => view.relist(),
          sweep: async () => void (await sweep()),
          clock,
          logger,
        },
        stopping.signal,
      );
      const reassert = runReassert(
        {
          intervalMs: settings.reassertIntervalMs,
          apis: () => view.apis(),
          api: (key) => view.api(key),
          signal: (key) => queue.add(key),
          clock,
        },
        stopping.signal,
      );
      const wakeLost = runWakeLost(
        {
          apis: () => view.apis(),
          desired: settings.desired,
          running,
          signal: (key) => queue.add(key),
          clock,
          logger,
        },
        stopping.signal,
      );
      done = Promise.all([sweepAtStart(), resync, reassert, wakeLost]);
    },
    async stop() {
      stopping.abort();
      handlers.stop();
      await queue.stop();
      await done;
    },
    async caughtUp() {
      await begun;
      await queue.drained();
    },
    async resync() {
      await view.relist();
      await sweep();
      await queue.drained();
    },
    queue: () => queue.health(),
    health() {
      const { failing, lastError } = queue.health();
      const waiting = `${failing} signals are waiting for Temporal: ${lastError ?? ''}`;
      return { ready: true, detail: failing > 0 ? waiting : 'signalling' };
    },
  };
}
