import { claimOf, isOlder, ownerAt, type PathOwner } from '../domain/exposedApi/pathClaim.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { gatewayHost, resourceKey, type ResourceRef } from '../domain/kubernetes/names.ts';
import type { GatewayKey } from '../domain/registration/gatewayKey.ts';
import { type Holder, type Holders, isOver } from './holders.ts';
import type { PathIndex } from './pathIndex.ts';
import { claimantOfLeft } from './replacedOperator.ts';

/** What is asked before one call: who else is at the places that it would take up. */
export interface Contender {
  readonly ref: ExposedApi['ref'];
  readonly uid: string;
  /** As `placesOf` names them; the first is what the gateway goes by. */
  readonly places: readonly [string, ...string[]];
}

/** Who else is at the places of a call, by the view of the cluster and by the calls that were made. */
export interface Contenders {
  /** Of the older ones that want one of the places, one. */
  olderThan(gateway: string, call: Contender): PathOwner | undefined;
  /**
   * Of the others that have one of the places, one. Who has a place already need only wait for calls of others that are under way: the
   * arbiter lets nobody else in.
   */
  holderBefore(gateway: string, call: Contender): Holder | undefined;
  /**
   * Whose the place is in the face of a removal: of those who have it one that wants it. Where the caller is not known to have anything
   * there, any: its removal could only touch another's. Only the place that the gateway goes by counts, for nothing else is touched.
   */
  ownerOf(gateway: string, call: Contender): Pick<Holder, 'ref' | 'place'> | undefined;
}

export interface ContenderOptions {
  /** The API by its key, as it is now; undefined: it does not exist. */
  readonly api: (key: string) => ExposedApi | undefined;
  readonly claims: Pick<PathIndex, 'oldest'>;
  /** By what gateways tell registrations apart. */
  readonly key: GatewayKey;
  /** The gateway that an API of this namespace is registered at. */
  readonly gatewayOf: (namespace: string) => string;
  readonly now: () => number;
}

export function createContenders(
  { api, claims, key, gatewayOf, now }: ContenderOptions,
  holders: Holders,
): Contenders {
  /** Who still has the place; what is over is forgotten on the way. */
  function holding(gateway: string, place: string): readonly Holder[] {
    return holders.at(gateway, place).filter((holder) => {
      const over = isOver(holder, api(resourceKey(holder.ref)), { time: now(), key });
      if (over) holders.drop(gateway, holder);
      return !over;
    });
  }

  return {
    olderThan(gateway, call) {
      const own = api(resourceKey(call.ref));
      return firstAt(call, (place) => {
        const oldest = claims.oldest(gateway, place);
        if (oldest === undefined || isSame(oldest.ref, call.ref)) return undefined;
        // What is not seen, or not seen yet in its new form, is younger than all that are.
        const isRight = own?.uid === call.uid && !isOlder(oldest, own);
        return isRight ? undefined : ownerAt(place, { mine: call.ref, other: oldest.ref }, 'older');
      });
    },
    holderBefore: (gateway, call) =>
      firstAt(call, (place) => {
        const all = holding(gateway, place);
        const others = all.filter((one) => !isSame(one.ref, call.ref));
        return hasIt(all, call) ? others.find(({ basis }) => basis === 'leaving') : others[0];
      }),
    ownerOf(gateway, call) {
      const [place] = call.places;
      const all = holding(gateway, place);
      const having = all.find((other) => {
        if (isSame(other.ref, call.ref) || (other.basis !== 'called' && other.basis !== 'told')) return false;
        if (!hasIt(all, call)) return true;
        const seen = api(resourceKey(other.ref));
        return (
          seen !== undefined &&
          claimOf(seen, key).wanted.includes(place) &&
          gatewayHost(gatewayOf(other.ref.namespace)) === gatewayHost(gateway)
        );
      });
      const caller = api(resourceKey(call.ref));
      const own = all.find((one) => isSame(one.ref, call.ref));
      const left = claimantOfLeft({ caller, own, place, key }, claims.oldest(gateway, place));
      return having ?? (left && { ref: left.ref, place });
    },
  };
}

/** Does the caller have the place, as far as is known? */
function hasIt(all: readonly Holder[], { ref }: Contender): boolean {
  return all.some((one) => isSame(one.ref, ref) && one.basis !== 'leaving');
}

function isSame(a: ResourceRef, b: ResourceRef): boolean {
  return resourceKey(a) === resourceKey(b);
}

/** What is found at the first of the call's places where anything is. */
function firstAt<T>({ places }: Contender, find: (place: string) => T | undefined): T | undefined {
  for (const place of places) {
    const found = find(place);
    if (found !== undefined) return found;
  }
  return undefined;
}
