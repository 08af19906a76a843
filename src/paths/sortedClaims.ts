import { isOlder, type PathClaim } from '../domain/exposedApi/pathClaim.ts';

/** Claims at one path, the oldest first. Finding a place in the order costs O(log n) comparisons. */
export interface SortedClaims {
  add(claim: PathClaim): void;
  remove(claim: PathClaim): void;
  /** The oldest ones. */
  first(count: number): readonly PathClaim[];
  readonly size: number;
}

/** @param isBefore a total order; default: by age */
export function createSortedClaims(isBefore: typeof isOlder = isOlder): SortedClaims {
  const claims: PathClaim[] = [];

  /** How many come before it. */
  function rank(claim: PathClaim): number {
    let low = 0;
    let high = claims.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = claims[middle];
      if (there !== undefined && isBefore(there, claim)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add: (claim) => void claims.splice(rank(claim), 0, claim),
    remove(claim) {
      // What one that is gone has left has the same age as the one made anew in its place.
      const index = claims.indexOf(claim, rank(claim));
      if (index !== -1) claims.splice(index, 1);
    },
    first: (count) => claims.slice(0, count),
    get size() {
      return claims.length;
    },
  };
}
