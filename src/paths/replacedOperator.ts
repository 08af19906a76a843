import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import type { PathClaim } from '../domain/exposedApi/pathClaim.ts';
import { resourceKey } from '../domain/kubernetes/names.ts';
import { type GatewayKey, placesOf } from '../domain/registration/gatewayKey.ts';
import type { Holder } from './holders.ts';

/**
 * Whose a place is that the caller of a removal knows only from what the replaced operator has left: whoever asks for it, and may have it,
 * though this operator has not registered it yet. Without this a status written by hand could take away a route of before the move.
 * @param own what is known of the caller at that place
 * @param oldest of those that ask for it
 */
export function claimantOfLeft(
  { caller, own, place, key }: Left,
  oldest: PathClaim | undefined,
): PathClaim | undefined {
  if (caller === undefined || oldest === undefined || own?.basis === 'called' || own?.basis === 'told')
    return undefined;
  const { bound } = caller.status;
  const isLeft = bound !== undefined && placesOf(bound, key).includes(place);
  const isOthers = resourceKey(oldest.ref) !== resourceKey(caller.ref) && oldest.held.includes(place);
  return isLeft && isOthers ? oldest : undefined;
}

interface Left {
  readonly caller: ExposedApi | undefined;
  readonly own: Holder | undefined;
  readonly place: string;
  readonly key: GatewayKey;
}
