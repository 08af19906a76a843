import type { ExposedApi } from './exposedApi.ts';
import type { ResourceRef } from '../kubernetes/names.ts';
import { isRouted } from './desired.ts';
import { publishedIn } from './publishedRecord.ts';

/** What one API wants of its gateway, and what it may have there. */
export interface PathClaim {
  readonly ref: ExposedApi['ref'];
  /** RFC 3339. */
  readonly creationTimestamp: string;
  /** The path it is to have; undefined for what is not routed, not valid, or being deleted. */
  readonly wanted: string | undefined;
  /** Paths under which it is registered or, while a call's outcome is not known, may be. */
  readonly held: readonly string[];
  /** Says its status that it has the wanted path, or may have it, and that nobody keeps it from it? */
  readonly isEntitled: boolean;
}

/** Who keeps an API from its path. */
export interface PathOwner {
  /** `<namespace>/<name>`, with the plural in front where it is of the other kind. */
  readonly name: string;
  /**
   * `older`: the path is its by right. `holding`: it is newer, or asks for it no longer, and has yet to make way. `gone`: its resource
   * was deleted past our finalizer, and its workflow still has the registration to remove.
   */
  readonly why: 'older' | 'holding' | 'gone';
}

export function claimOf({ ref, creationTimestamp, isDeleting, spec, status }: ExposedApi): PathClaim {
  const { registered, pending, unconfirmed = [] } = publishedIn(status);
  const held = [...new Set([registered, pending, ...unconfirmed].flatMap((one) => one?.path ?? []))];
  const wanted = !isDeleting && spec.valid && isRouted(spec.value) ? spec.value.path : undefined;
  return {
    ref,
    creationTimestamp,
    wanted,
    held,
    isEntitled: wanted !== undefined && held.includes(wanted) && status.apig.pathOwner === undefined,
  };
}

/**
 * Does `other` keep `mine` from `path` at the gateway they share? The older API has the path, by creation time, then by namespace
 * and name. Who has it already makes way only for an older one, and until it has, nobody else gets it: the gateway
 * never holds a path for two.
 * @param isEntitled `mine` had the path to itself when it got it, so that a newer one's claim does not matter
 */
export function ownerBefore(
  {
    mine,
    path,
    isEntitled,
  }: { readonly mine: PathClaim; readonly path: string; readonly isEntitled: boolean },
  other: PathClaim,
): PathOwner | undefined {
  const why =
    other.wanted === path && isOlder(other, mine)
      ? 'older'
      : !isEntitled && other.held.includes(path)
        ? 'holding'
        : undefined;
  return why && { name: nameBeside(mine.ref, other.ref), why };
}

/** A total order, so that two watchers and two workers agree; creation times have whole seconds only. */
export function isOlder(a: PathClaim, b: PathClaim): boolean {
  const left = ageKey(a);
  const right = ageKey(b);
  for (const [index, value] of left.entries()) {
    const against = right[index] ?? '';
    if (value !== against) return value < against;
  }
  return false;
}

function ageKey({ creationTimestamp, ref }: PathClaim): readonly string[] {
  return [creationTimestamp, ref.namespace, ref.name, ref.plural];
}

/** How an API is named to another one: with its kind where that differs. */
export function nameBeside(mine: ResourceRef, other: ResourceRef): string {
  const name = `${other.namespace}/${other.name}`;
  return other.plural === mine.plural ? name : `${other.plural}/${name}`;
}
