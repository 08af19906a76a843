import type { DesiredOptions } from '../src/domain/exposedApi/desired.ts';
import { createPathIndex } from '../src/paths/pathIndex.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import {
  COMPONENTS,
  parseResourceKey,
  resourceKey,
  type ResourceRef,
} from '../src/domain/kubernetes/names.ts';
import type { Clients } from '../src/kubernetes/client/clients.ts';
import type { Logger } from '../src/telemetry/logger.ts';
import { type Clock, systemClock } from '../src/kubernetes/clock.ts';
import { createWorkflowSignaller, type TemporalClient } from './workflowSignaller.ts';
import { createEventHandlers } from './eventHandlers.ts';
import { createWorkQueue } from '../src/kubernetes/watch/workQueue.ts';
import { runReassert } from './reassert.ts';
import { createReflectors, type Watched, type WatchScope } from '../src/kubernetes/watch/informers.ts';
import { findForgotten, runResync } from './resync.ts';
import { watcherHealth, type WatcherHealth } from '../src/kubernetes/watch/health.ts';
import { createView, type GatewayFacts } from '../src/kubernetes/watch/view.ts';

export interface WatcherSettings extends WatchScope, GatewayFacts {
  /** CLUSTER_NAME. Empty: one cluster. */
  readonly cluster: string;
  /** Names the gateway of a namespace; namespaces may share one. */
  readonly gatewayOf: (namespace: string) => string;
  /** What gateways are sent, and how. */
  readonly desired: DesiredOptions;
  readonly resyncIntervalMs: number;
  /** 0: nothing is asserted again. */
  readonly reassertIntervalMs: number;
}

export interface WatcherDependencies {
  readonly clients: Pick<Clients, 'kubeConfig' | 'restMapper'>;
  readonly temporal: TemporalClient;
  readonly logger: Logger;
  readonly settings: WatcherSettings;
  /** Default: the system's. */
  readonly clock?: Clock;
}

export interface Watcher {
  /** Begins to watch; resolves at once, since whatever is not there yet is waited for. */
  start(): void;
  /** Resolves when the last request has ended; signals not sent by then are found again by the next start. */
  stop(): Promise<void>;
  /** Resolves when everything there is has been seen and every signal it needed has been sent. */
  caughtUp(): Promise<void>;
  /** Looks at everything anew and wakes the workflows of what has gone; the same that RESYNC_INTERVAL does. */
  resync(): Promise<void>;
  health(): WatcherHealth;
}

/** APIs are judged by what surrounds them, so that is waited for; but not for ever, since a needless signal only costs. */
const SETTLING_MS = 30_000;

/** Watches the cluster and tells workflows to look again. Holds no truth: it can be killed, doubled or restarted at any time. */
export function createWatcher({
  clients,
  temporal,
  logger,
  settings,
  clock = systemClock,
}: WatcherDependencies): Watcher {
  const { cluster, namespaces, componentController } = settings;
  const stopping = new AbortController();
  const view = createView(settings, createPathIndex(settings.gatewayOf));
  const signaller = createWorkflowSignaller(temporal, settings, logger);
  const gone = new Map<string, ExposedApi>();
  const queue = createWorkQueue({ handle, logger, clock });
  const handlers = createEventHandlers({
    view,
    isController: componentController === 'embedded',
    desired: settings.desired,
    signal: (key) => {
      queue.add(key);
    },
    onApiGone: (key, last) => gone.set(key, last),
    clock,
    logger,
  });
  const { apis, surroundings } = createReflectors({ clients, logger, clock }, settings, handlers);
  const all = [...surroundings, ...apis];
  const begun = Promise.withResolvers<void>();
  let running: Promise<unknown> = Promise.resolve();

  /** Decides by what is known now, not by what was known when the key was queued. */
  async function handle(key: string): Promise<void> {
    const api = view.api(key);
    const component = view.component(key);
    if (api !== undefined) await signaller.signalApi(api);
    else if (component !== undefined) await signaller.signalComponent(component);
    else await signaller.signalDeleted(parseResourceKey(key), gone.get(key));
    gone.delete(key);
  }

  async function begin(): Promise<void> {
    for (const group of [surroundings, apis]) {
      if (stopping.signal.aborted) break;
      startAll(group);
      await Promise.race([settledAll(group), clock.sleep(SETTLING_MS, stopping.signal)]);
    }
    if (!stopping.signal.aborted) handlers.beginComponents();
    begun.resolve();
  }

  /** Where the view is incomplete, or somebody else's, nothing counts as gone. */
  function isKnown(ref: ResourceRef): boolean {
    if (ref.plural === COMPONENTS && componentController === 'external') return true;
    if (namespaces.length > 0 && !namespaces.includes(ref.namespace)) return true;
    const watched = all.filter(
      ({ plural, namespace }) => plural === ref.plural && (namespace ?? ref.namespace) === ref.namespace,
    );
    const isComplete = watched.every(({ reflector }) => reflector.health().synced);
    const key = resourceKey(ref);
    return !isComplete || view.api(key) !== undefined || view.component(key) !== undefined;
  }

  async function sweep(): Promise<void> {
    for await (const ref of findForgotten(temporal, cluster, isKnown)) queue.add(resourceKey(ref));
  }

  /** A kind that is not there, or not readable just now, holds nothing else up. */
  async function relist(): Promise<void> {
    for (const group of [surroundings, apis])
      await Promise.all(group.filter(isSynced).map(({ reflector }) => reflector.relist()));
  }

  return {
    start() {
      const resync = runResync(
        { intervalMs: settings.resyncIntervalMs, relist, sweep, clock, logger },
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
      running = Promise.all([begin(), resync, reassert]);
    },
    async stop() {
      stopping.abort();
      handlers.stop();
      await Promise.all(all.map(({ reflector }) => reflector.stop()));
      await queue.stop();
      await running;
    },
    async caughtUp() {
      await begun.promise;
      await queue.drained();
    },
    async resync() {
      await relist();
      await sweep();
      await queue.drained();
    },
    health: () =>
      watcherHealth(
        apis.map(({ reflector }) => reflector.health()),
        surroundings.map(({ reflector }) => reflector.health()),
        { ...queue.health(), now: clock.now() },
      ),
  };
}

function startAll(watched: readonly Watched[]): void {
  for (const { reflector } of watched) reflector.start();
}

async function settledAll(watched: readonly Watched[]): Promise<void> {
  await Promise.all(watched.map(({ reflector }) => reflector.settled()));
}

function isSynced({ reflector }: Watched): boolean {
  return reflector.health().synced;
}
