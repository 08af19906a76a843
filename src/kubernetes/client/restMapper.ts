import { ODA_GROUP, type ResourceRef } from '../../domain/kubernetes/names.ts';
import type { Clients } from './clients.ts';
import { discoverResource, type ServedResource } from './discovery.ts';

/** Saves a burst the asking. Short, for writing through a version that has just been replaced can prune what others wrote. */
const FRESH_MS = 250;

export interface RestMapper {
  /** @throws where the cluster does not serve the kind (any more), or cannot be asked */
  of(plural: ResourceRef['plural']): Promise<ServedResource>;
  /** To be called where an answer of the API server does not fit what `of` said: the next call asks anew. */
  forget(plural: ResourceRef['plural']): void;
}

/** Remembers discovery for a moment: a CRD may be installed, changed or removed while we run. */
export function createRestMapper(clients: Clients, now: () => number = Date.now): RestMapper {
  const known = new Map<string, { readonly at: number; readonly resource: Promise<ServedResource> }>();

  async function discover(plural: ResourceRef['plural']): Promise<ServedResource> {
    const resource = await discoverResource(clients, ODA_GROUP, plural);
    if (resource !== undefined) return resource;
    throw new Error(
      `the cluster does not serve ${plural}.${ODA_GROUP}: install its CustomResourceDefinition`,
    );
  }

  return {
    async of(plural) {
      const before = known.get(plural);
      if (before !== undefined && now() - before.at < FRESH_MS) return before.resource;
      const asked = { at: now(), resource: discover(plural) };
      known.set(plural, asked);
      try {
        return await asked.resource;
      } catch (error) {
        if (known.get(plural) === asked) known.delete(plural);
        throw error;
      }
    },
    forget(plural) {
      known.delete(plural);
    },
  };
}
