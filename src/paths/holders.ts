import { resourceKey } from '../domain/kubernetes/names.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { isOfThisResource, publishedIn } from '../domain/exposedApi/publishedRecord.ts';
import { isAtLeast } from '../domain/kubernetes/versions.ts';
import { claimOf } from '../domain/exposedApi/pathClaim.ts';
import { type GatewayKey, placesOf } from '../domain/registration/gatewayKey.ts';
import type { Registration } from '../domain/registration/registration.ts';
import { placeName } from './pathIndex.ts';

type ApiRef = ExposedApi['ref'];

/** One API that has a place at a gateway, or may have it. */
export interface Holder {
  readonly ref: ApiRef;
  /** A path, or a name where the gateway goes by names, as `placesOf` names them. */
  readonly place: string;
  /** Version of the resource that said so, or that the last call was about: only a newer one can say that it is over. */
  since: string | undefined;
  /** Calls for this place that are out. */
  calls: number;
  /** Until then a call of unknown outcome may still arrive at the gateway. Milliseconds. */
  lateUntil: number;
  /**
   * `called`: a call of ours for it went out. `told`: a status says that it is registered. `doubted`: a status says that it may be.
   * `leaving`: it is not known to have it, but a removal of its may still arrive.
   */
  basis: 'called' | 'told' | 'doubted' | 'leaving';
}

/** Who has which place at which gateway, by the calls that were made. */
export interface Holders {
  /** At one place. Each is asked for anew at every question, since the view moves on. */
  at(gateway: string, place: string): readonly Holder[];
  of(gateway: string, place: string, ref: ApiRef): Holder | undefined;
  put(gateway: string, holder: Holder): void;
  drop(gateway: string, holder: Holder): void;
  clear(): void;
}

export function createHolders(): Holders {
  const places = new Map<string, Map<string, Holder>>();
  return {
    at: (gateway, place) => [...(places.get(placeName(gateway, place))?.values() ?? [])],
    of: (gateway, place, ref) => places.get(placeName(gateway, place))?.get(resourceKey(ref)),
    put(gateway, holder) {
      const name = placeName(gateway, holder.place);
      const place = places.get(name) ?? new Map<string, Holder>();
      places.set(name, place.set(resourceKey(holder.ref), holder));
    },
    drop(gateway, holder) {
      const name = placeName(gateway, holder.place);
      const place = places.get(name);
      place?.delete(resourceKey(holder.ref));
      if (place?.size === 0) places.delete(name);
    },
    clear: () => places.clear(),
  };
}

/**
 * Has it the place no longer, by what is known now? A status ends what a call has begun only where it is newer than that call, and only
 * once the workflow has spoken: one that was made anew in its place says nothing of its predecessor before.
 * @param now the API as the view shows it; undefined: it does not exist
 */
export function isOver(
  holder: Holder,
  now: ExposedApi | undefined,
  { time, key }: { readonly time: number; readonly key: GatewayKey },
): boolean {
  const { since, calls, lateUntil, basis, place } = holder;
  if (calls > 0 || time < lateUntil) return false;
  if (basis === 'leaving') return true;
  if (now === undefined || now.status.apig.state === undefined) return false;
  if (since === undefined || now.resourceVersion === since || !isAtLeast(now.resourceVersion, since))
    return false;
  const { wanted, held } = claimOf(now, key);
  if (held.includes(place)) return false;
  // Whoever may write a status can leave a place out. What was got and is asked for ends with a removal, or where another has it by right.
  return basis !== 'called' || !wanted.includes(place) || now.status.apig.pathOwner !== undefined;
}

/** How records are read. */
interface RecordReading {
  readonly key: GatewayKey;
  /** The gateway that the record in an API's status is about. */
  readonly recordedGateway: (api: ExposedApi) => string;
}

/**
 * What the statuses of all APIs say, for the moment in which nothing else is known. An intent is recorded before it is known whether
 * the place is free; where another API stands registered there, and stays, it was not sent. A record about another resource is doubted, and
 * so is what the replaced operator has left.
 * @param lateUntil when calls of those who have called before have ended for sure
 */
export function holdersTold(
  apis: Iterable<ExposedApi>,
  { key, recordedGateway }: RecordReading,
  lateUntil: number,
): readonly (Holder & { readonly gateway: string })[] {
  const all = [...apis];
  const placesOfAll = (records: readonly (Registration | undefined)[]): readonly string[] => [
    ...new Set(records.flatMap((one) => (one ? placesOf(one, key) : []))),
  ];
  const settled = new Map<string, string>();
  for (const api of all) {
    if (api.isDeleting || !isOfThisResource(api)) continue;
    for (const place of placesOfAll([api.status.apig.registered]))
      settled.set(placeName(recordedGateway(api), place), resourceKey(api.ref));
  }
  return all.flatMap((api) => {
    const { registered, pending, unconfirmed = [] } = publishedIn(api.status);
    const isOwn = isOfThisResource(api);
    const gateway = recordedGateway(api);
    const common = { gateway, ref: api.ref, since: api.resourceVersion, calls: 0 };
    const told = placesOfAll(isOwn ? [registered] : []);
    const doubted = placesOfAll([...unconfirmed, ...(isOwn ? [] : [registered]), pending]).filter((place) => {
      const owner = settled.get(placeName(gateway, place));
      return owner === undefined || owner === resourceKey(api.ref);
    });
    return [
      ...told.map((place) => {
        const until = doubted.includes(place) ? lateUntil : 0;
        return { ...common, place, lateUntil: until, basis: 'told' as const };
      }),
      ...doubted
        .filter((place) => !told.includes(place))
        .map((place) => ({ ...common, place, lateUntil, basis: 'doubted' as const })),
    ];
  });
}
