import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import type { GatewayAddress, Surroundings } from '../domain/exposedApi/surroundings.ts';
import { COMPONENTS } from '../domain/kubernetes/names.ts';
import { isAtLeast, type Versions } from '../domain/kubernetes/versions.ts';
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

/**
 * One look at an API and what surrounds it, at least as new as the versions asked for. It comes from the view, which is waited for;
 * what the view does not have, has not reached in time, or has from a watch that is away, is read.
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

  return async (ref: ApiRef, atLeast: Versions): Promise<ObservedApi | undefined> => {
    const { namespace } = ref;
    const behind = await waitForView(ref, atLeast);
    const isTrusted = (plural: string): boolean => !behind.has(plural) && view.isFresh({ plural, namespace });

    const seen = isTrusted(ref.plural) ? known.current(ref)?.api : undefined;
    const api = seen ?? (await live.api(ref));
    if (api === undefined) return undefined;
    const { parent, spec, uid } = api;

    const [entry, endpointsReady, address] = await Promise.all([
      parent === undefined || isTrusted(COMPONENTS)
        ? view.entryOf(api)
        : live.entry({ namespace, component: parent.name, apiUid: uid }),
      spec.valid &&
        (isTrusted(ENDPOINT_SLICES)
          ? view.isServiceReady(namespace, spec.value.implementation)
          : live.isServiceReady(namespace, spec.value.implementation)),
      isTrusted(INGRESSES) ? view.addressIn(namespace) : live.address(namespace),
    ]);
    return { api, surroundings: { entry, endpointsReady, address, pathOwner: view.pathOwnerOf(api) } };
  };
}
