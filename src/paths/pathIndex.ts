import { canonicalJson } from '../domain/kubernetes/canonicalJson.ts';
import { isOlder, ownerBefore, type PathClaim, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import { gatewayHost, resourceKey, type ResourceRef } from '../domain/kubernetes/names.ts';
import { createSortedClaims, type SortedClaims } from './sortedClaims.ts';

/**
 * Who wants which path at which gateway, and who says that it has it; where a gateway goes by names, of names as well: both are places,
 * as `placesOf` names them. What an event costs grows with the logarithm of the number of claims at its places, and not at all with the
 * number of APIs.
 */
export interface PathIndex {
  /** @returns the keys of the others that the change concerns: whose owner of the path may be another now. The first few of them. */
  put(claim: PathClaim): readonly string[];
  /** As `put`, for an API that exists no longer. */
  remove(ref: ResourceRef): readonly string[];
  /** Who keeps an API from the path that it wants; undefined: nobody. */
  ownerOf(claim: PathClaim): PathOwner | undefined;
  /** Of those that want a place at a gateway the oldest. */
  oldest(gateway: string, place: string): PathClaim | undefined;
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

  const nameOf = ({ namespace }: ResourceRef, place: string): string =>
    placeName(gatewayOf(namespace), place);

  function namesOf(claim: PathClaim | undefined): readonly string[] {
    return claim === undefined
      ? []
      : [...claim.wanted, ...claim.held].map((place) => nameOf(claim.ref, place));
  }

  function index(claim: PathClaim, how: 'add' | 'remove'): void {
    const at = (where: string, role: keyof Place): void => {
      const name = nameOf(claim.ref, where);
      const place = places.get(name) ?? {
        wanting: createSortedClaims(isBefore),
        holding: createSortedClaims(isBefore),
      };
      place[role][how](claim);
      if (place.wanting.size + place.holding.size === 0) places.delete(name);
      else places.set(name, place);
    };
    for (const where of claim.wanted) at(where, 'wanting');
    for (const where of claim.held) at(where, 'holding');
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
    const touched = [...new Set([...namesOf(previous), ...namesOf(next)])];
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

  function ownerAtPlace(mine: PathClaim, place: string): PathOwner | undefined {
    const there = places.get(nameOf(mine.ref, place));
    // One of the two oldest is another.
    const others = [...(there?.wanting.first(2) ?? []), ...(there?.holding.first(2) ?? [])];
    for (const other of others) {
      if (resourceKey(other.ref) === resourceKey(mine.ref)) continue;
      const owner = ownerBefore({ mine, place, isEntitled: mine.isEntitled }, other);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  return {
    put: (claim) => replace(resourceKey(claim.ref), claim),
    remove: (ref) => replace(resourceKey(ref), undefined),
    ownerOf(claim) {
      for (const place of claim.wanted) {
        const owner = ownerAtPlace(claim, place);
        if (owner !== undefined) return owner;
      }
      return undefined;
    },
    oldest: (gateway, place) => places.get(placeName(gateway, place))?.wanting.first(1)[0],
  };
}

/** Names a place at a gateway, however the gateway is spelt. */
export function placeName(gateway: string, place: string): string {
  return `${gatewayHost(gateway)} ${place}`;
}
