import type { ExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { resourceKey } from '../../domain/kubernetes/names.ts';
import { isAtLeast } from '../../domain/kubernetes/versions.ts';
import type { ClusterView } from './clusterView.ts';

/** An API with its status as it stands there. */
export interface KnownApi {
  readonly api: ExposedApi;
  readonly status: unknown;
}

/** What is known of APIs without a read: the view lags behind our own writes, so what a write returned counts until it has caught up. */
export interface MutationCache {
  /** The newer of what the view has and what our last write returned; undefined: unknown, to be read. */
  current(ref: ExposedApi['ref']): KnownApi | undefined;
  /** Keeps what a write returned until the view has come as far. */
  keep(written: KnownApi): void;
}

/** Far more than are written while a watch that is well lags behind. */
const CAPACITY = 1_000;

export function createMutationCache(
  view: Pick<ClusterView, 'watchedApi' | 'isFresh' | 'hasReached'>,
  capacity = CAPACITY,
): MutationCache {
  const written = new Map<string, KnownApi>();

  const isSeen = ({ api }: KnownApi): boolean => view.hasReached(api.ref, api.resourceVersion);

  /** The oldest first; each write pays for those before it. */
  function forgetSeen(): void {
    for (const [key, one] of written) {
      if (written.size <= capacity && !isSeen(one)) return;
      written.delete(key);
    }
  }

  return {
    current(ref) {
      if (!view.isFresh(ref)) return undefined;
      const key = resourceKey(ref);
      const own = written.get(key);
      if (own === undefined || isSeen(own)) {
        written.delete(key);
        return view.watchedApi(key);
      }
      // The API server removes what is being deleted with its last finalizer.
      if (own.api.isDeleting && own.api.finalizers.length === 0) return undefined;
      const seen = view.watchedApi(key);
      return seen !== undefined && isAtLeast(seen.api.resourceVersion, own.api.resourceVersion) ? seen : own;
    },
    keep(one) {
      const key = resourceKey(one.api.ref);
      const before = written.get(key);
      // Replies of two writes may arrive in either order.
      if (before !== undefined && isAtLeast(before.api.resourceVersion, one.api.resourceVersion)) return;
      written.delete(key);
      written.set(key, one);
      forgetSeen();
    },
  };
}
