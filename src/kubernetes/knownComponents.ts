import type { Component } from '../domain/component/component.ts';
import { isAtLeast } from '../domain/kubernetes/versions.ts';

export interface ComponentKey {
  readonly namespace: string;
  readonly name: string;
}

/** What the entries of APIs need of a Component. */
export type ComponentStatus = Pick<Component, 'status' | 'resourceVersion'>;

/** What is known of a Component without asking; undefined: nothing. */
export type CurrentComponent = (key: ComponentKey) => ComponentStatus | undefined;

export interface KnownComponents {
  readonly get: CurrentComponent;
  /** As our own write left it. */
  put(key: ComponentKey, component: ComponentStatus): void;
}

/** So many own writes are remembered until `current` has caught up with them. */
const MAX_REMEMBERED = 500;

/** What `current` says, or what our own last write left where that is newer: a view of the cluster lags behind one's own writes. */
export function createKnownComponents(current: CurrentComponent): KnownComponents {
  const own = new Map<string, ComponentStatus>();
  return {
    get(key) {
      const id = `${key.namespace}/${key.name}`;
      const known = current(key);
      const written = own.get(id);
      if (known === undefined || written === undefined) return known;
      if (!isAtLeast(known.resourceVersion, written.resourceVersion)) return written;
      own.delete(id);
      return known;
    },
    put(key, { status, resourceVersion }) {
      const id = `${key.namespace}/${key.name}`;
      own.delete(id);
      own.set(id, { status, resourceVersion });
      const [oldest] = own.keys();
      if (own.size > MAX_REMEMBERED && oldest !== undefined) own.delete(oldest);
    },
  };
}
