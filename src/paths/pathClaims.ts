import { parseExposedApi, type ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { resourceKey, type ResourceRef } from '../domain/kubernetes/names.ts';
import { claimOf, type PathClaim } from '../domain/exposedApi/pathClaim.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createPathIndex, followClaim, type PathIndex } from './pathIndex.ts';
import { systemClock, type Clock } from '../kubernetes/clock.ts';
import { createVersions, type Versions } from '../kubernetes/watch/versions.ts';
import type { ReflectorHealth } from '../kubernetes/watch/reflector.ts';
import { apiKinds, createInformer, type ApiScope, type Watched } from '../kubernetes/watch/informers.ts';

/** A worker's own view of who claims which path: watcher and worker may be two processes. */
export interface PathClaims {
  start(): void;
  stop(): Promise<void>;
  /** Everybody else with a claim to the path at the gateway of `ref`'s namespace; the oldest first. */
  contenders(ref: ResourceRef, path: string): readonly PathClaim[];
  /** Resolves once every claim at the gateway is seen that was made before the resource had this version. */
  caughtUp(ref: ResourceRef, resourceVersion: string): Promise<void>;
  readonly claims: Pick<PathIndex, 'oldest'>;
  apis(): Iterable<ExposedApi>;
  api(key: string): ExposedApi | undefined;
  /** Resolves when a list that was begun after the call has been seen. */
  relist(): Promise<void>;
  /** Tells of every API that is new or changed. @returns what ends it */
  onApi(listener: (api: ExposedApi) => void): () => void;
  health(): readonly ReflectorHealth[];
}

export interface PathClaimsOptions {
  readonly clients: Pick<Clients, 'kubeConfig' | 'restMapper'>;
  readonly scope: ApiScope;
  /** Names the gateway of a namespace; namespaces may share one. */
  readonly gatewayOf: (namespace: string) => string;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly clock?: Clock;
}

interface WatchedClaims extends Watched {
  readonly progress: Versions;
}

/** A write shows in a healthy watch within milliseconds; after this the watch is away, or does not cover the API. */
const WATCH_LAG_MS = 2_000;

export function createPathClaims(options: PathClaimsOptions): PathClaims {
  const { clients, scope, gatewayOf, logger, clock = systemClock } = options;
  const stopping = new AbortController();
  const index = createPathIndex(gatewayOf);
  const apis = new Map<string, ExposedApi>();
  const listeners = new Set<(api: ExposedApi) => void>();
  const all = apiKinds(scope).map((kind): WatchedClaims => {
    const progress = createVersions(clock);
    const watched = createInformer(
      { clients, logger, clock },
      {
        ...kind,
        transform: (object) => parseExposedApi(object, kind.plural),
        onChange: ({ previous, next }) => {
          if (previous !== undefined) apis.delete(resourceKey(previous.ref));
          if (next !== undefined) apis.set(resourceKey(next.ref), next);
          followClaim(index, previous && claimOf(previous), next && claimOf(next));
          if (next !== undefined) for (const listener of listeners) listener(next);
        },
        onProgress: (resourceVersion) => {
          progress.note(resourceVersion);
        },
      },
    );
    return { ...watched, progress };
  });

  return {
    start() {
      for (const { reflector } of all) reflector.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all(all.map(({ reflector }) => reflector.stop()));
    },
    contenders: (ref, path) => index.contenders(ref, path),
    async caughtUp(ref, resourceVersion) {
      const gateway = gatewayOf(ref.namespace);
      const deadline = { ms: WATCH_LAG_MS, signal: stopping.signal };
      await Promise.all(
        all.map(async ({ plural, namespace, progress, reflector }) => {
          if (namespace !== undefined && gatewayOf(namespace) !== gateway) return;
          const isOwn = plural === ref.plural && (namespace ?? ref.namespace) === ref.namespace;
          if (isOwn && (await progress.waitFor(resourceVersion, deadline))) return;
          if (!isOwn && reflector.health().served === false) return;
          // One watch says nothing of how far another one is. A list does: it shows all that was written before it.
          if (!(await reflector.isEmpty())) await reflector.relist();
        }),
      );
    },
    claims: index,
    apis: () => apis.values(),
    api: (key) => apis.get(key),
    async relist() {
      await Promise.all(
        all
          .filter(({ reflector }) => reflector.health().served !== false)
          .map(({ reflector }) => reflector.relist()),
      );
    },
    onApi(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => all.map(({ reflector }) => reflector.health()),
  };
}
