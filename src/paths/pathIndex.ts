import { canonicalJson } from '../domain/kubernetes/canonicalJson.ts';
import { canonicalPath } from '../domain/registration/canonicalPath.ts';
import { isOlder, ownerBefore, type PathClaim, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import { gatewayHost, resourceKey, type ResourceRef } from '../domain/kubernetes/names.ts';
import { createSortedClaims, type SortedClaims } from './sortedClaims.ts';

/**
 * Who wants which path at which gateway, and who says that it has it. Spellings of one path are one path. What an event costs grows
 * with the logarithm of the number of claims at its path, and not at all with the number of APIs.
 */
export interface PathIndex {
  /** @returns the keys of the others that the change concerns: whose owner of the path may be another now. The first few of them. */
  put(claim: PathClaim): readonly string[];
  /** As `put`, for an API that exists no longer. */
  remove(ref: ResourceRef): readonly string[];
  /** Who keeps an API from the path that it wants; undefined: nobody. */
  ownerOf(claim: PathClaim): PathOwner | undefined;
  /** Of those that want a path at a gateway the oldest. */
  oldest(gateway: string, path: string): PathClaim | undefined;
}

/**
 * When the owner of a path changes, all who want it have another one to name. These many hear of it at once; the others, who have to
 * wait anyhow, at the next resync.
 */
const TOLD_AT_ONCE = 8;

interface Place {
  readonly wanting: SortedClaims;
  readonly holding: SortedClaims;
}

/**
 * @param gatewayOf names the gateway of a namespace; namespaces may share one
 * @param isBefore a total order of claims; default: by age
 */
export function createPathIndex(
  gatewayOf: (namespace: string) => string,
  isBefore: typeof isOlder = isOlder,
): PathIndex {
  const claims = new Map<string, PathClaim>();
  const places = new Map<string, Place>();

  const placeOf = ({ namespace }: ResourceRef, path: string): string => placeName(gatewayOf(namespace), path);

  function placesOf(claim: PathClaim | undefined): readonly string[] {
    if (claim === undefined) return [];
    const paths = claim.wanted === undefined ? claim.held : [claim.wanted, ...claim.held];
    return paths.map((path) => placeOf(claim.ref, path));
  }

  function index(claim: PathClaim, how: 'add' | 'remove'): void {
    const at = (path: string, role: keyof Place): void => {
      const name = placeOf(claim.ref, path);
      const place = places.get(name) ?? {
        wanting: createSortedClaims(isBefore),
        holding: createSortedClaims(isBefore),
      };
      place[role][how](claim);
      if (place.wanting.size + place.holding.size === 0) places.delete(name);
      else places.set(name, place);
    };
    if (claim.wanted !== undefined) at(claim.wanted, 'wanting');
    for (const path of claim.held) at(path, 'holding');
  }

  /** What decides who has the path. */
  function standing(name: string): {
    readonly owner: string | undefined;
    readonly others: readonly string[];
  } {
    const place = places.get(name);
    const [owner] = place?.wanting.first(1) ?? [];
    const holding = place?.holding.first(TOLD_AT_ONCE) ?? [];
    return { owner: owner && resourceKey(owner.ref), others: holding.map(({ ref }) => resourceKey(ref)) };
  }

  function replace(key: string, next: PathClaim | undefined): readonly string[] {
    const previous = claims.get(key);
    if (canonicalJson(previous ?? null) === canonicalJson(next ?? null)) return [];
    const touched = [...new Set([...placesOf(previous), ...placesOf(next)])];
    const before = touched.map(standing);
    if (previous !== undefined) index(previous, 'remove');
    if (next === undefined) claims.delete(key);
    else {
      claims.set(key, next);
      index(next, 'add');
    }
    const concerned = touched.flatMap((name, i) => {
      const [was, is] = [before[i], standing(name)];
      const isOwnersChange = was?.owner !== is.owner;
      if (!isOwnersChange && canonicalJson(was?.others ?? []) === canonicalJson(is.others)) return [];
      const waiting = isOwnersChange ? (places.get(name)?.wanting.first(TOLD_AT_ONCE) ?? []) : [];
      return [was?.owner, is.owner, ...is.others, ...waiting.map(({ ref }) => resourceKey(ref))];
    });
    const keys = new Set(concerned.filter((one) => one !== undefined));
    const own = next ?? previous;
    if (own !== undefined) keys.delete(resourceKey(own.ref));
    return [...keys];
  }

  return {
    put: (claim) => replace(resourceKey(claim.ref), canonical(claim)),
    remove: (ref) => replace(resourceKey(ref), undefined),
    ownerOf(claim) {
      const mine = canonical(claim);
      const { wanted: path, isEntitled, ref } = mine;
      if (path === undefined) return undefined;
      const place = places.get(placeOf(ref, path));
      // One of the two oldest is another.
      const others = [...(place?.wanting.first(2) ?? []), ...(place?.holding.first(2) ?? [])];
      for (const other of others) {
        if (resourceKey(other.ref) === resourceKey(ref)) continue;
        const owner = ownerBefore({ mine, path, isEntitled }, other);
        if (owner !== undefined) return owner;
      }
      return undefined;
    },
    oldest: (gateway, path) => places.get(placeName(gateway, path))?.wanting.first(1)[0],
  };
}

/** Names a path at a gateway, however both are spelt. */
export function placeName(gateway: string, path: string): string {
  return `${gatewayHost(gateway)} ${canonicalPath(path)}`;
}

/** The claim with its paths as they are compared. */
function canonical(claim: PathClaim): PathClaim {
  const { wanted, held } = claim;
  return {
    ...claim,
    wanted: wanted === undefined ? undefined : canonicalPath(wanted),
    held: [...new Set(held.map(canonicalPath))],
  };
}
