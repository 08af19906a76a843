import type { Component } from '../../domain/component/component.ts';
import type { ExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { ageOf, isFresh, type KindAge, viewHealth, type ViewHealth } from './health.ts';
import {
  createReflectors,
  type ChangeHandlers,
  type WatchDependencies,
  type Watched,
  type WatchScope,
} from './informers.ts';
import type { Place } from './place.ts';
import type { Change } from './store.ts';
import type { WatchedApi, WatchedIngress, WatchedSlice } from './transforms.ts';
import { createView, type PathOwners, type View, type ViewIndexes } from './view.ts';

/** Told of every change after the indexes hold it, with the other APIs that it concerns. */
export interface ViewHandlers {
  onApi(change: Change<WatchedApi>, others: readonly ExposedApi[]): void;
  onComponent(change: Change<Component>, concerned: readonly ExposedApi[]): void;
  onSlice(change: Change<WatchedSlice>, concerned: readonly ExposedApi[]): void;
  onIngress(change: Change<WatchedIngress>, concerned: readonly ExposedApi[]): void;
}

/** The view and the watches that fill it. A process has one. */
export interface ClusterView extends View {
  /** Tells of changes from now on; what has been told before is not told again. @returns what ends it */
  subscribe(handlers: Partial<ViewHandlers>): () => void;
  /** Begins to watch; resolves at once, since whatever is not there yet is waited for. */
  start(): void;
  /** Resolves when the last request has ended. */
  stop(): Promise<void>;
  /** Resolves once all that there is has been listed; after 30 s for each group in any case, and on stop. */
  settled(): Promise<void>;
  /**
   * Lists everything anew. A kind that is not there, or not readable just now, holds nothing else up.
   * @throws at the end, what refused a list (401, 403)
   */
  relist(): Promise<void>;
  /**
   * Resolves once every API has been listed by a request that was begun after the call; where the first list has not begun yet, it is that
   * one. A kind that is not there, or not readable just now, holds nothing else up.
   * @throws at the end, what refused a list (401, 403)
   */
  listApis(): Promise<void>;
  /** Is everything of this kind in this namespace in the view? */
  isSynced(place: Place): boolean;
  /** Is the view of this place good enough to decide by? False outside the scope. */
  isFresh(place: Place): boolean;
  /** Has the view of this place come as far as this version? */
  hasReached(place: Place, resourceVersion: string): boolean;
  /** Resolves with true once it has, with false after 2 s, on stop, and at once where the view is not fresh. */
  waitFor(place: Place, resourceVersion: string): Promise<boolean>;
  health(): ViewHealth;
  /** How old what it shows is, by kind; kinds that the cluster does not serve are left out. */
  ages(): readonly KindAge[];
}

/** What surrounds APIs decides about them, so that is waited for; but not for ever, since a needless signal only costs. */
const SETTLING_MS = 30_000;
/** A write shows in a healthy watch within milliseconds; after this the watch is away, or does not cover the object. */
const LAG_MS = 2_000;

export function createClusterView(
  deps: WatchDependencies,
  scope: WatchScope,
  paths: PathOwners,
): ClusterView {
  const { clock } = deps;
  const stopping = new AbortController();
  const indexes = createView(scope, paths);
  const subscribers = new Set<Partial<ViewHandlers>>();
  const { apis, surroundings } = createReflectors(deps, scope, indexChanges(indexes, subscribers));
  const watches = new Map([...surroundings, ...apis].map((one) => [nameOf(one), one]));
  const begun = Promise.withResolvers<void>();

  const watchOf = ({ plural, namespace }: Place): Watched | undefined =>
    watches.get(nameOf({ plural, namespace: scope.namespaces.length === 0 ? undefined : namespace }));

  function isPlaceFresh(place: Place): boolean {
    const health = watchOf(place)?.reflector.health();
    return health !== undefined && isFresh(health, clock.now());
  }

  async function begin(): Promise<void> {
    for (const group of [surroundings, apis]) {
      if (stopping.signal.aborted) break;
      for (const { reflector } of group) reflector.start();
      const listed = Promise.all(group.map(({ reflector }) => reflector.settled()));
      await Promise.race([listed, clock.sleep(SETTLING_MS, stopping.signal)]);
    }
    begun.resolve();
  }

  return {
    ...indexes,
    subscribe(handlers) {
      subscribers.add(handlers);
      return () => void subscribers.delete(handlers);
    },
    start: () => void begin(),
    async stop() {
      stopping.abort();
      await Promise.all([...watches.values()].map(({ reflector }) => reflector.stop()));
      begun.resolve();
    },
    settled: () => begun.promise,
    async relist() {
      const refusals: unknown[] = [];
      for (const group of [surroundings, apis]) {
        const synced = group.filter(({ reflector }) => reflector.health().synced);
        refusals.push(...(await rejections(synced.map(({ reflector }) => reflector.relist()))));
      }
      if (refusals.length > 0) throw refusals[0];
    },
    async listApis() {
      const asked = apis.map(({ reflector }) => ({ reflector, listed: reflector.relist() }));
      // One may be refused before all are waited for.
      void rejections(asked.map(({ listed }) => listed));
      await begun.promise;
      const synced = asked.filter(({ reflector }) => reflector.health().synced);
      const [refusal] = await rejections(synced.map(({ listed }) => listed));
      if (refusal !== undefined) throw refusal;
    },
    isSynced: (place) => watchOf(place)?.reflector.health().synced ?? false,
    isFresh: isPlaceFresh,
    hasReached: (place, resourceVersion) => watchOf(place)?.versions.hasReached(resourceVersion) ?? false,
    async waitFor(place, resourceVersion) {
      const watched = isPlaceFresh(place) ? watchOf(place) : undefined;
      const deadline = { ms: LAG_MS, signal: stopping.signal };
      return watched !== undefined && (await watched.versions.waitFor(resourceVersion, deadline));
    },
    health: () =>
      viewHealth(
        apis.map(({ reflector }) => reflector.health()),
        surroundings.map(({ reflector }) => reflector.health()),
        clock.now(),
      ),
    ages: () =>
      [...Map.groupBy(watches.values(), ({ plural }) => plural)].flatMap(([kind, of]) => {
        const age = ageOf(
          of.map(({ reflector, progressAt }) => ({ ...reflector.health(), progressAt: progressAt() })),
          clock.now(),
        );
        return age === undefined ? [] : [{ kind, ...age }];
      }),
  };
}

async function rejections(all: readonly Promise<void>[]): Promise<readonly unknown[]> {
  const results = await Promise.allSettled(all);
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}

/** Notes each change in the indexes first, so that whoever is told finds it there. */
export function indexChanges(
  indexes: ViewIndexes,
  subscribers: Iterable<Partial<ViewHandlers>>,
): ChangeHandlers {
  return {
    onApi(change) {
      const others = indexes.noteApi(change);
      for (const one of subscribers) one.onApi?.(change, others);
    },
    onComponent(change) {
      const concerned = indexes.noteComponent(change);
      for (const one of subscribers) one.onComponent?.(change, concerned);
    },
    onSlice(change) {
      const concerned = indexes.noteSlice(change);
      for (const one of subscribers) one.onSlice?.(change, concerned);
    },
    onIngress(change) {
      const concerned = indexes.noteIngress(change);
      for (const one of subscribers) one.onIngress?.(change, concerned);
    },
  };
}

function nameOf({ plural, namespace }: Pick<Watched, 'plural' | 'namespace'>): string {
  return namespace === undefined ? plural : `${plural}/${namespace}`;
}
