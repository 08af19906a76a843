import { isDeepStrictEqual } from 'node:util';
import { ODA_GROUP } from '../../domain/kubernetes/names.ts';
import { systemClock, type Clock } from '../clock.ts';
import { discoverResource, type Asking, type ServedResource } from './discovery.ts';
import { endRequestsWith } from './timeLimit.ts';

/** Where a kind is served: remembered, for a CRD is seldom installed, changed or removed. */
export interface RestMapper {
  /** @throws where the cluster does not serve the kind (any more), or cannot be asked */
  of(plural: string): Promise<ServedResource>;
  /** Asks the cluster, except where it was asked just now, and remembers the answer for all; undefined: not served. For who lists anew. */
  refresh(plural: string): Promise<ServedResource | undefined>;
  /**
   * To be called where something does not fit what was said: a path that is not served, a write that was ignored, a watch that has
   * ended (the API server ends them when it changes how a kind is served). The next call asks anew.
   */
  forget(plural: string): void;
}

/** A first answer may be older than the change that made us ask, so it is believed for a moment only; each time that it stays the same, longer. */
const FIRST_MS = 250;
const GROWTH = 4;
const SERVED_MS = 600_000;
const ABSENT_MS = 60_000;

interface Memory {
  readonly answer: Promise<ServedResource | undefined>;
  readonly askedAt: number;
  /** How long it is believed, before jitter. */
  believedMs: number;
  until: number;
}

export function createRestMapper(
  clients: Asking,
  clock: Pick<Clock, 'now' | 'random'> = systemClock,
): RestMapper {
  const known = new Map<string, Memory>();

  function ask(plural: string, before: Memory | undefined): Memory['answer'] {
    // Whoever comes first must not end it for the others.
    const answer = endRequestsWith(undefined, () => discoverResource(clients, ODA_GROUP, plural));
    const memory: Memory = {
      answer,
      askedAt: clock.now(),
      believedMs: FIRST_MS,
      until: Number.POSITIVE_INFINITY,
    };
    known.set(plural, memory);
    return settle(plural, memory, before);
  }

  async function settle(plural: string, memory: Memory, before: Memory | undefined): Memory['answer'] {
    try {
      const resource = await memory.answer;
      const isSame = before !== undefined && isDeepStrictEqual(await before.answer, resource);
      const longest = resource === undefined ? ABSENT_MS : SERVED_MS;
      if (isSame) memory.believedMs = Math.min(before.believedMs * GROWTH, longest);
      memory.until = memory.askedAt + memory.believedMs * (0.75 + clock.random() / 2);
      return resource;
    } catch (error) {
      if (known.get(plural) === memory) known.delete(plural);
      throw error;
    }
  }

  return {
    async of(plural) {
      const before = known.get(plural);
      const isBelieved = before !== undefined && clock.now() < before.until;
      const resource = await (isBelieved ? before.answer : ask(plural, before));
      if (resource !== undefined) return resource;
      throw new Error(
        `the cluster does not serve ${plural}.${ODA_GROUP}: install its CustomResourceDefinition`,
      );
    },
    async refresh(plural) {
      const before = known.get(plural);
      const isNew = before !== undefined && clock.now() < before.askedAt + FIRST_MS;
      return isNew ? before.answer : ask(plural, undefined);
    },
    forget(plural) {
      known.delete(plural);
    },
  };
}
