import {
  claimOf,
  ownerBefore,
  type PathClaim,
  type PathOwner,
} from '../../../src/domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';

/** Who of these keeps an API from the path that it asks for, as its own status says what it has. */
export function pathOwnerAmong(api: ExposedApi, contenders: readonly PathClaim[]): PathOwner | undefined {
  const { wanted: path, isEntitled } = claimOf(api);
  return path === undefined ? undefined : ownerAmong(api, contenders, { path, isEntitled });
}

/** Who of these keeps an API from a path. */
function ownerAmong(
  api: ExposedApi,
  contenders: readonly PathClaim[],
  at: { readonly path: string; readonly isEntitled: boolean },
): PathOwner | undefined {
  const mine = claimOf(api);
  for (const other of contenders) {
    const owner = ownerBefore({ mine, ...at }, other);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
