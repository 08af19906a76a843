import { canonicalJson } from '../domain/kubernetes/canonicalJson.ts';
import { isOlder, type PathClaim, remainsOf } from '../domain/exposedApi/pathClaim.ts';
import { resourceKey, type ResourceRef } from '../domain/kubernetes/names.ts';
import { createIndexer } from '../kubernetes/watch/indexer.ts';

/** Who wants or holds which path at which gateway. What it costs does not depend on how many APIs there are. */
export interface PathIndex {
  /** @returns the keys of others at the paths that this claim has come to, or left */
  put(claim: PathClaim): readonly string[];
  /** As `put`, for an API that exists no longer, or for what one that is gone has left (`isGone`). */
  remove(ref: ResourceRef, isGone?: boolean): readonly string[];
  /** Everybody else with a claim to the path at the gateway of `ref`'s namespace; the oldest first. */
  contenders(ref: ResourceRef, path: string): readonly PathClaim[];
}

/** @param gatewayOf names the gateway of a namespace; namespaces may share one */
export function createPathIndex(gatewayOf: (namespace: string) => string): PathIndex {
  const claims = new Map<string, PathClaim>();
  const byPlace = createIndexer();

  const placeOf = ({ namespace }: ResourceRef, path: string): string => `${gatewayOf(namespace)} ${path}`;

  function placesOf(claim: PathClaim | undefined): readonly string[] {
    if (claim === undefined) return [];
    const paths = claim.wanted === undefined ? claim.held : [claim.wanted, ...claim.held];
    return paths.map((path) => placeOf(claim.ref, path));
  }

  function replace(key: string, next: PathClaim | undefined): readonly string[] {
    const previous = claims.get(key);
    if (canonicalJson(previous ?? null) === canonicalJson(next ?? null)) return [];
    for (const place of placesOf(previous)) byPlace.remove(place, key);
    for (const place of placesOf(next)) byPlace.add(place, key);
    if (next === undefined) claims.delete(key);
    else claims.set(key, next);
    const places = new Set([...placesOf(previous), ...placesOf(next)]);
    const touched = new Set([...places].flatMap((place) => byPlace.members(place)));
    touched.delete(key);
    return [...touched];
  }

  return {
    put: (claim) => replace(keyOf(claim.ref, claim.isGone), claim),
    remove: (ref, isGone) => replace(keyOf(ref, isGone), undefined),
    contenders(ref, path) {
      const own = resourceKey(ref);
      return byPlace
        .members(placeOf(ref, path))
        .flatMap((key) => claims.get(key) ?? [])
        .filter((claim) => resourceKey(claim.ref) !== own)
        .toSorted((a, b) => (isOlder(a, b) ? -1 : 1));
    },
  };
}

/** Follows one resource. What it leaves behind when it goes counts until one of its name has told of it. */
export function followClaim(
  index: PathIndex,
  previous: PathClaim | undefined,
  next: PathClaim | undefined,
): void {
  if (next !== undefined) {
    index.put(next);
    if (next.isTold) index.remove(next.ref, true);
    return;
  }
  if (previous === undefined) return;
  index.remove(previous.ref);
  const remains = remainsOf(previous);
  if (remains !== undefined) index.put(remains);
}

/** What one that is gone has left is a claim of its own: another of its name may have been made. */
function keyOf(ref: ResourceRef, isGone = false): string {
  return isGone ? `${resourceKey(ref)} (gone)` : resourceKey(ref);
}
