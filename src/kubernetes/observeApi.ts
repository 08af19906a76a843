import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { lastSaid } from '../domain/exposedApi/lastSaid.ts';
import type { GatewayAddress, Surroundings, Unread } from '../domain/exposedApi/surroundings.ts';
import { describeError } from '../domain/kubernetes/describeError.ts';
import { COMPONENTS } from '../domain/kubernetes/names.ts';
import { isAtLeast, type Versions } from '../domain/kubernetes/versions.ts';
import { endRequestsWith, withTimeLimit } from './client/timeLimit.ts';
import type { ClusterView } from './watch/clusterView.ts';
import type { MutationCache } from './watch/mutationCache.ts';
import { ENDPOINT_SLICES, INGRESSES, placesOf } from './watch/place.ts';

type ApiRef = ExposedApi['ref'];

/** Reads of the API server, for where the view cannot answer. */
export interface LiveReads {
  api(ref: ApiRef): Promise<ExposedApi | undefined>;
  entry(key: { namespace: string; component: string; apiUid: string }): Promise<Surroundings['entry']>;
  isServiceReady(namespace: string, service: string): Promise<boolean>;
  address(namespace: string): Promise<GatewayAddress | undefined>;
}

export interface ObserveOptions {
  readonly view: Pick<
    ClusterView,
    'isFresh' | 'waitFor' | 'entryOf' | 'isServiceReady' | 'addressIn' | 'pathOwnerOf'
  >;
  readonly known: Pick<MutationCache, 'current'>;
  readonly live: LiveReads;
}

export interface ObservedApi {
  readonly api: ExposedApi;
  readonly surroundings: Surroundings;
}

/** So long may one read of a neighbour take: what is not known by then is looked at again in a later round. */
const NEIGHBOUR_MS = 3_000;

/**
 * One look at an API and what surrounds it, at least as new as the versions asked for. It comes from the view, which is waited for;
 * what the view does not have, has not reached in time, or has from a watch that is away, is read. A neighbour that cannot be read
 * is unknown: it holds up nothing that does not need it.
 */
export function createObserveApi({ view, known, live }: ObserveOptions) {
  /** @returns the kinds that are behind */
  async function waitForView(ref: ApiRef, atLeast: Versions): Promise<ReadonlySet<string>> {
    const own = known.current(ref)?.api.resourceVersion;
    const reached = await Promise.all(
      placesOf(atLeast, ref.namespace).map(async ({ version, ...place }) => {
        const isOwn = place.plural === ref.plural && place.namespace === ref.namespace;
        if (isOwn && own !== undefined && isAtLeast(own, version)) return [];
        return (await view.waitFor(place, version)) ? [] : [place.plural];
      }),
    );
    return new Set(reached.flat());
  }

  /** What is going away waits for nothing but itself. */
  async function look(ref: ApiRef, atLeast: Versions) {
    const isOwn = ([key]: readonly [string, string]): boolean => key.split('/')[0] === ref.plural;
    const versions = Object.entries(atLeast);
    const neighbours = waitForView(ref, Object.fromEntries(versions.filter((one) => !isOwn(one))));
    const own = await waitForView(ref, Object.fromEntries(versions.filter(isOwn)));
    const isSeen = !own.has(ref.plural) && view.isFresh({ plural: ref.plural, namespace: ref.namespace });
    const api = (isSeen ? known.current(ref)?.api : undefined) ?? (await live.api(ref));
    const behind = api === undefined || api.isDeleting ? new Set<string>() : await neighbours;
    return { api, behind };
  }

  return async (ref: ApiRef, atLeast: Versions): Promise<ObservedApi | undefined> => {
    const { namespace } = ref;
    const { api, behind } = await look(ref, atLeast);
    if (api === undefined) return undefined;
    const isTrusted = (plural: string): boolean => !behind.has(plural) && view.isFresh({ plural, namespace });
    const { parent, spec, uid } = api;
    const said = lastSaid(api);
    const unread: Partial<Record<keyof Unread, string>> = {};

    async function read<T>(what: keyof Unread, work: () => Promise<T>, otherwise: T): Promise<T> {
      try {
        return await withTimeLimit(NEIGHBOUR_MS, (signal) => endRequestsWith(signal, work));
      } catch (error) {
        unread[what] = describeError(error);
        return otherwise;
      }
    }

    const [entry, endpointsReady, address] = await Promise.all([
      parent === undefined || isTrusted(COMPONENTS)
        ? view.entryOf(api)
        : read('entry', () => live.entry({ namespace, component: parent.name, apiUid: uid }), 'unknown'),
      spec.valid &&
        spec.value.isExternal !== true &&
        (isTrusted(ENDPOINT_SLICES)
          ? view.isServiceReady(namespace, spec.value.implementation)
          : read(
              'endpoints',
              () => live.isServiceReady(namespace, spec.value.implementation),
              said.endpointsReady,
            )),
      isTrusted(INGRESSES)
        ? view.addressIn(namespace)
        : read('address', () => live.address(namespace), said.address),
    ]);
    const surroundings: Surroundings = { entry, endpointsReady, address, pathOwner: view.pathOwnerOf(api) };
    const isAllRead = Object.keys(unread).length === 0;
    return { api, surroundings: isAllRead ? surroundings : { ...surroundings, unread } };
  };
}
