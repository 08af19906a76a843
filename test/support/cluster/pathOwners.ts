import {
  claimOf,
  ownerBefore,
  type PathClaim,
  type PathOwner,
} from '../../../src/domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';

/** Who of these keeps an API from the path that it asks for, as its own status says what it has. */
export function pathOwnerAmong(api: ExposedApi, contenders: readonly PathClaim[]): PathOwner | undefined {
  const mine = claimOf(api, 'path');
  const [place] = mine.wanted;
  if (place === undefined) return undefined;
  for (const other of contenders) {
    const owner = ownerBefore({ mine, place, isEntitled: mine.isEntitled }, other);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
