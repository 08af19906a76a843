import { ODA_GROUP, type ResourceRef } from '../domain/names.ts';
import type { Clients } from './clients.ts';
import { discoverResource, type ServedResource } from './discovery.ts';

const FRESH_MS = 60_000;

export interface ServedResources {
  /** @throws where the cluster does not serve the kind (any more), or cannot be asked */
  of(plural: ResourceRef['plural']): Promise<ServedResource>;
}

/** Remembers discovery for a minute: a CRD may be installed, changed or removed while we run. */
export function createServedResources(clients: Clients, now: () => number = Date.now): ServedResources {
  const known = new Map<string, { readonly at: number; readonly resource: ServedResource }>();
  return {
    async of(plural) {
      const before = known.get(plural);
      if (before !== undefined && now() - before.at < FRESH_MS) return before.resource;
      const resource = await discoverResource(clients, ODA_GROUP, plural);
      if (resource === undefined) {
        known.delete(plural);
        throw new Error(
          `the cluster does not serve ${plural}.${ODA_GROUP}: install its CustomResourceDefinition`,
        );
      }
      known.set(plural, { at: now(), resource });
      return resource;
    },
  };
}
