import {
  claimOf,
  ownerBefore,
  type PathClaim,
  type PathOwner,
} from '../../src/domain/exposedApi/pathClaim.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * Who keeps an API from a path. The view names those who may; each is read before it counts, so that nobody waits for one that
 * has gone or moved. One read in a conflict, none without.
 */
export async function findPathOwner(
  { apis, claims, isAtWork }: Pick<ApiDependencies, 'apis' | 'claims' | 'isAtWork'>,
  wanted: { readonly mine: PathClaim; readonly path: string; readonly isEntitled: boolean },
): Promise<PathOwner | undefined> {
  for (const seen of claims.contenders(wanted.mine.ref, wanted.path)) {
    const suspected = ownerBefore(wanted, seen);
    if (suspected === undefined) continue;
    const now = await apis.get(seen.ref);
    if (seen.isGone === true) {
      // What was made anew in its place goes on with what it has left, and tells it with its first status.
      const isLeft = now === undefined ? await isAtWork(seen.ref) : !claimOf(now).isTold;
      if (isLeft) return suspected;
      continue;
    }
    const pathOwner = now && ownerBefore(wanted, claimOf(now));
    if (pathOwner !== undefined) return pathOwner;
  }
  return undefined;
}
