import { desiredChildren } from '../../domain/component/desiredChildren.ts';
import type { ChildApi } from '../../domain/component/child.ts';
import type { Component } from '../../domain/component/component.ts';
import { addressOfUrl } from '../ingress.ts';
import { findEntry } from '../../domain/component/entry.ts';
import type { ExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { COMPONENTS, EXPOSED_APIS, resourceKey, type ResourceRef } from '../../domain/kubernetes/names.ts';
import { claimOf, type PathClaim, type PathOwner } from '../../domain/exposedApi/pathClaim.ts';
import type { GatewayKey } from '../../domain/registration/gatewayKey.ts';
import { createIndexer } from './indexer.ts';
import type { GatewayAddress, Surroundings } from '../../domain/exposedApi/surroundings.ts';
import type { Change } from './store.ts';
import type { WatchedApi, WatchedIngress, WatchedSlice } from './transforms.ts';

/** Everything watched, joined. What a look costs does not depend on how many APIs there are. */
export interface View {
  apis(): Iterable<ExposedApi>;
  api(key: string): ExposedApi | undefined;
  watchedApi(key: string): WatchedApi | undefined;
  component(key: string): Component | undefined;
  componentByUid(uid: string): Component | undefined;
  components(): Iterable<Component>;
  surroundingsOf(api: ExposedApi): Surroundings;
  isServiceReady(namespace: string, service: string): boolean;
  /** Undefined while the Ingress of the namespace has no address. */
  addressIn(namespace: string): GatewayAddress | undefined;
  entryOf(api: ExposedApi): Surroundings['entry'];
  pathOwnerOf(api: ExposedApi): PathOwner | undefined;
  /** Every ExposedAPI that is a child of the Component, or holds the name of one. */
  childrenOf(component: Component): readonly ChildApi[];
}

/** The view with its indexes open for changes. Each `note…` returns the other APIs that a change concerns. */
export interface ViewIndexes extends View {
  noteApi(change: Change<WatchedApi>): readonly ExposedApi[];
  noteComponent(change: Change<Component>): readonly ExposedApi[];
  noteSlice(change: Change<WatchedSlice>): readonly ExposedApi[];
  noteIngress(change: Change<WatchedIngress>): readonly ExposedApi[];
}

/** Who wants which path, kept by src/paths; the view tells it of every API. */
export interface PathOwners {
  /** @returns the keys of the others that the change concerns */
  put(claim: PathClaim): readonly string[];
  /** As `put`, for an API that exists no longer. */
  remove(ref: ResourceRef): readonly string[];
  /** Who keeps an API from the path that it wants; undefined: nobody. */
  ownerOf(claim: PathClaim): PathOwner | undefined;
}

/** What settings say of gateways. */
export interface GatewayFacts {
  /** The public URL, where a setting names it; then no Ingress is looked at. */
  readonly publicUrl?: string | undefined;
  /** By what gateways tell registrations apart. Default: path. */
  readonly gatewayKey?: GatewayKey | undefined;
}

export function createView({ publicUrl, gatewayKey = 'path' }: GatewayFacts, paths: PathOwners): ViewIndexes {
  const fixedAddress = publicUrl === undefined ? undefined : addressOfUrl(publicUrl);
  const apis = new Map<string, WatchedApi>();
  const components = new Map<string, Component>();
  const componentKeys = new Map<string, string>();
  const addresses = new Map<string, GatewayAddress>();
  const byNamespace = createIndexer();
  const byService = createIndexer();
  const byParent = createIndexer();
  const readySlices = createIndexer();

  function index({ api }: WatchedApi, how: 'add' | 'remove'): void {
    const key = resourceKey(api.ref);
    byNamespace[how](api.ref.namespace, key);
    if (api.spec.valid) byService[how](`${api.ref.namespace}/${api.spec.value.implementation}`, key);
    if (api.parent !== undefined) byParent[how](api.parent.uid, key);
  }

  function apisOf(keys: readonly string[]): readonly ExposedApi[] {
    return [...new Set(keys)].flatMap((key) => apis.get(key)?.api ?? []);
  }

  function componentByUid(uid: string): Component | undefined {
    return components.get(componentKeys.get(uid) ?? '');
  }

  function entryOf({ ref: { namespace }, parent, uid }: ExposedApi): Surroundings['entry'] {
    if (parent === undefined) return 'noParent';
    const byName = resourceKey({ plural: COMPONENTS, namespace, name: parent.name });
    const component = componentByUid(parent.uid) ?? components.get(byName);
    if (component === undefined) return 'noParent';
    const found = findEntry(component.status, uid);
    return found ? { url: found.url, developerUI: found.developerUI, ready: found.ready } : 'unlisted';
  }

  const pathOwnerOf = (api: ExposedApi): PathOwner | undefined => paths.ownerOf(claimOf(api, gatewayKey));
  const isServiceReady = (namespace: string, service: string): boolean =>
    readySlices.has(`${namespace}/${service}`);
  const addressIn = (namespace: string): GatewayAddress | undefined =>
    fixedAddress ?? addresses.get(namespace);

  return {
    noteApi({ previous, next }) {
      if (previous !== undefined) {
        const key = resourceKey(previous.api.ref);
        const known = apis.get(key);
        if (known !== undefined) index(known, 'remove');
        apis.delete(key);
      }
      if (next === undefined) return previous === undefined ? [] : apisOf(paths.remove(previous.api.ref));
      apis.set(resourceKey(next.api.ref), next);
      index(next, 'add');
      return apisOf(paths.put(claimOf(next.api, gatewayKey)));
    },
    noteComponent({ previous, next }) {
      if (previous !== undefined) {
        components.delete(resourceKey(previous.ref));
        componentKeys.delete(previous.uid);
      }
      if (next !== undefined) {
        components.set(resourceKey(next.ref), next);
        componentKeys.set(next.uid, resourceKey(next.ref));
      }
      const uid = next?.uid ?? previous?.uid;
      return uid === undefined ? [] : apisOf(byParent.members(uid));
    },
    noteSlice({ key, previous, next }) {
      const services = [previous, next].flatMap((slice) =>
        slice ? [`${slice.namespace}/${slice.service}`] : [],
      );
      for (const service of services) readySlices.remove(service, key);
      if (next?.hasReady === true) readySlices.add(`${next.namespace}/${next.service}`, key);
      return [...new Set(services)].flatMap((service) => apisOf(byService.members(service)));
    },
    noteIngress({ previous, next }) {
      const namespace = next?.namespace ?? previous?.namespace ?? '';
      if (next?.address === undefined) addresses.delete(namespace);
      else addresses.set(namespace, next.address);
      return apisOf(byNamespace.members(namespace));
    },
    *apis() {
      for (const { api } of apis.values()) yield api;
    },
    api: (key) => apis.get(key)?.api,
    watchedApi: (key) => apis.get(key),
    component: (key) => components.get(key),
    componentByUid,
    components: () => components.values(),
    isServiceReady,
    addressIn,
    entryOf,
    pathOwnerOf,
    surroundingsOf: (api) => ({
      endpointsReady: api.spec.valid && isServiceReady(api.ref.namespace, api.spec.value.implementation),
      address: addressIn(api.ref.namespace),
      entry: entryOf(api),
      pathOwner: pathOwnerOf(api),
    }),
    childrenOf(component) {
      const { namespace } = component.ref;
      const wanted = desiredChildren(component).children.map(({ name }) =>
        resourceKey({ plural: EXPOSED_APIS, namespace, name }),
      );
      const keys = new Set([...byParent.members(component.uid), ...wanted]);
      return [...keys].flatMap((key) => apis.get(key)?.child ?? []);
    },
  };
}
