import { desiredChildren } from '../../domain/component/desiredChildren.ts';
import type { ChildApi } from '../../domain/component/child.ts';
import type { Component } from '../../domain/component/component.ts';
import { addressOfUrl } from '../../domain/exposedApi/gatewayAddress.ts';
import { findEntry } from '../../domain/component/entry.ts';
import type { ExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { EXPOSED_APIS, resourceKey, type ResourceRef } from '../../domain/kubernetes/names.ts';
import { claimOf, ownerBefore, type PathClaim, type PathOwner } from '../../domain/exposedApi/pathClaim.ts';
import { createIndexer } from './indexer.ts';
import type { GatewayAddress } from '../../domain/exposedApi/surroundings.ts';
import type { Change } from './store.ts';
import type { WatchedApi, WatchedIngress, WatchedSlice } from './transforms.ts';
import type { Surroundings } from '../../domain/exposedApi/surroundings.ts';

/** Everything watched, joined. Each `note…` returns the other APIs that it concerns. */
export interface View {
  noteApi(change: Change<WatchedApi>): readonly ExposedApi[];
  noteComponent(change: Change<Component>): readonly ExposedApi[];
  noteSlice(change: Change<WatchedSlice>): readonly ExposedApi[];
  noteIngress(change: Change<WatchedIngress>): readonly ExposedApi[];
  apis(): Iterable<ExposedApi>;
  api(key: string): ExposedApi | undefined;
  component(key: string): Component | undefined;
  componentByUid(uid: string): Component | undefined;
  components(): Iterable<Component>;
  surroundingsOf(api: ExposedApi): Surroundings;
  /** Every ExposedAPI that is a child of the Component, or holds the name of one. */
  childrenOf(component: Component): readonly ChildApi[];
}

/** Who claims which path, kept by src/paths; the view tells it of every API. */
export interface ClaimLookup {
  /** @returns the keys of the others that the change concerns */
  put(claim: PathClaim): readonly string[];
  remove(ref: ResourceRef): readonly string[];
  /** Everybody else with a claim to the path at the gateway of `ref`'s namespace; the oldest first. */
  contenders(ref: ResourceRef, path: string): readonly PathClaim[];
}

/** What settings say of gateways. */
export interface GatewayFacts {
  /** The public URL, where a setting names it; then no Ingress is looked at. */
  readonly publicUrl?: string | undefined;
}

export function createView({ publicUrl }: GatewayFacts, claims: ClaimLookup): View {
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
    return keys.flatMap((key) => apis.get(key)?.api ?? []);
  }

  function entryOf({ parent, uid }: ExposedApi): Surroundings['entry'] {
    if (parent === undefined) return 'noParent';
    const component = components.get(componentKeys.get(parent.uid) ?? '');
    return (component && findEntry(component.status, uid)) ?? 'unlisted';
  }

  function pathOwnerOf(api: ExposedApi): PathOwner | undefined {
    const mine = claimOf(api);
    const { wanted, isEntitled } = mine;
    if (wanted === undefined) return undefined;
    for (const other of claims.contenders(api.ref, wanted)) {
      const pathOwner = ownerBefore({ mine, path: wanted, isEntitled }, other);
      if (pathOwner !== undefined) return pathOwner;
    }
    return undefined;
  }

  return {
    noteApi({ previous, next }) {
      if (previous !== undefined) {
        const key = resourceKey(previous.api.ref);
        const known = apis.get(key);
        if (known !== undefined) index(known, 'remove');
        apis.delete(key);
      }
      if (next === undefined) return previous === undefined ? [] : apisOf(claims.remove(previous.api.ref));
      apis.set(resourceKey(next.api.ref), next);
      index(next, 'add');
      return apisOf(claims.put(claimOf(next.api)));
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
    apis: () => [...apis.values()].map(({ api }) => api),
    api: (key) => apis.get(key)?.api,
    component: (key) => components.get(key),
    componentByUid: (uid) => components.get(componentKeys.get(uid) ?? ''),
    components: () => components.values(),
    surroundingsOf(api) {
      const { namespace } = api.ref;
      const service = api.spec.valid ? `${namespace}/${api.spec.value.implementation}` : '';
      return {
        endpointsReady: readySlices.members(service).length > 0,
        address: fixedAddress ?? addresses.get(namespace),
        entry: entryOf(api),
        pathOwner: pathOwnerOf(api),
      };
    },
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
