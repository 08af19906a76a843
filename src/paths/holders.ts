import { resourceKey } from '../domain/kubernetes/names.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { isOfThisResource, publishedIn } from '../domain/exposedApi/publishedRecord.ts';
import { isAtLeast } from '../domain/kubernetes/versions.ts';
import { canonicalPath } from '../domain/registration/canonicalPath.ts';
import { placeName } from './pathIndex.ts';

type ApiRef = ExposedApi['ref'];

/** One API that has a path at a gateway, or may have it. */
export interface Holder {
  readonly ref: ApiRef;
  readonly path: string;
  /** Version of the resource that said so, or that the last call was about: only a newer one can say that it is over. */
  since: string | undefined;
  /** Calls for this path that are out. */
  calls: number;
  /** Until then a call of unknown outcome may still arrive at the gateway. Milliseconds. */
  lateUntil: number;
  /**
   * `called`: a call of ours for it went out. `told`: a status says that it is registered. `doubted`: a status says that it may be.
   * `leaving`: it is not known to have it, but a removal of its may still arrive.
   */
  basis: 'called' | 'told' | 'doubted' | 'leaving';
}

/** Who has which path at which gateway, by the calls that were made. */
export interface Holders {
  /** At one path. Each is asked for anew at every question, since the view moves on. */
  at(gateway: string, path: string): readonly Holder[];
  of(gateway: string, path: string, ref: ApiRef): Holder | undefined;
  put(gateway: string, holder: Holder): void;
  drop(gateway: string, holder: Holder): void;
  clear(): void;
}

export function createHolders(): Holders {
  const places = new Map<string, Map<string, Holder>>();
  return {
    at: (gateway, path) => [...(places.get(placeName(gateway, path))?.values() ?? [])],
    of: (gateway, path, ref) => places.get(placeName(gateway, path))?.get(resourceKey(ref)),
    put(gateway, holder) {
      const name = placeName(gateway, holder.path);
      const place = places.get(name) ?? new Map<string, Holder>();
      places.set(name, place.set(resourceKey(holder.ref), holder));
    },
    drop(gateway, holder) {
      const name = placeName(gateway, holder.path);
      const place = places.get(name);
      place?.delete(resourceKey(holder.ref));
      if (place?.size === 0) places.delete(name);
    },
    clear: () => places.clear(),
  };
}

/**
 * Has it the path no longer, by what is known now? A status ends what a call has begun only where it is newer than that call, and only
 * once the workflow has spoken: one that was made anew in its place says nothing of its predecessor before.
 * @param now the API as the view shows it; undefined: it does not exist
 */
export function isOver(holder: Holder, now: ExposedApi | undefined, time: number): boolean {
  const { since, calls, lateUntil, basis, path } = holder;
  if (calls > 0 || time < lateUntil) return false;
  if (basis === 'leaving') return true;
  if (now === undefined || now.status.apig.state === undefined) return false;
  if (since === undefined || now.resourceVersion === since || !isAtLeast(now.resourceVersion, since))
    return false;
  return !recordedPaths(now).includes(canonicalPath(path));
}

/** What the status says of paths, as they are compared: registered there, or perhaps. */
function recordedPaths({ status }: ExposedApi): readonly string[] {
  const { registered, pending, unconfirmed = [] } = status.apig;
  return [registered, pending, ...unconfirmed].flatMap((one) => (one ? [canonicalPath(one.path)] : []));
}

/**
 * What the statuses of all APIs say, for the moment in which nothing else is known. An intent is recorded before it is known whether
 * the path is free; where another API stands registered there, and stays, it was not sent. A record about another resource is doubted, and so
 * is what the replaced operator has left.
 * @param gatewayOf where an API's record is about
 * @param lateUntil when calls of those who have called before have ended for sure
 */
export function holdersTold(
  apis: Iterable<ExposedApi>,
  gatewayOf: (api: ExposedApi) => string,
  lateUntil: number,
): readonly (Holder & { readonly gateway: string })[] {
  const all = [...apis];
  const settled = new Map<string, string>();
  for (const api of all) {
    const { registered } = api.status.apig;
    if (registered !== undefined && !api.isDeleting && isOfThisResource(api))
      settled.set(placeName(gatewayOf(api), registered.path), resourceKey(api.ref));
  }
  return all.flatMap((api) => {
    const { pending, unconfirmed = [], registered: recorded } = publishedIn(api.status);
    const isOwn = isOfThisResource(api);
    const registered = isOwn ? recorded : undefined;
    const copied = isOwn ? undefined : recorded;
    const gateway = gatewayOf(api);
    const common = { gateway, ref: api.ref, since: api.resourceVersion, calls: 0 };
    const doubtful = [...unconfirmed, ...(copied ? [copied] : []), ...(pending ? [pending] : [])]
      .filter(({ path }) => {
        const owner = settled.get(placeName(gateway, path));
        return owner === undefined || owner === resourceKey(api.ref);
      })
      .map(({ path }) => ({ ...common, path, lateUntil, basis: 'doubted' as const }));
    if (registered === undefined) return doubtful;
    const isSamePath = ({ path }: Holder): boolean => canonicalPath(path) === canonicalPath(registered.path);
    const until = doubtful.some(isSamePath) ? lateUntil : 0;
    const told = { ...common, path: registered.path, lateUntil: until, basis: 'told' as const };
    return [told, ...doubtful.filter((one) => !isSamePath(one))];
  });
}
