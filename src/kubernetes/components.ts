import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { parseComponent, type Component } from '../domain/component/component.ts';
import { asObject, isMerged } from '../domain/kubernetes/mergePatch.ts';
import { COMPONENTS, FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import {
  createComponentEntries,
  type ComponentEntries,
  type ComponentEntriesOptions,
} from './componentEntries.ts';
import type { ComponentKey } from './knownComponents.ts';
import { isAbsent, isConflict, isNotFound, isUnserved } from './client/errors.ts';
import type { RestMapper } from './client/restMapper.ts';
import { updateOnConflict } from './client/updateOnConflict.ts';

type Json = Readonly<Record<string, unknown>>;

export interface ComponentStore {
  readonly entries: ComponentEntries;
  get(key: ComponentKey): Promise<Component | undefined>;
  /**
   * Reads, lets `change` say which merge patch of the status to send (undefined: none), and sends it under the read's
   * uid and resource version; again on conflict, so that what others wrote in between is neither lost nor overlooked.
   * @returns the Component as `change` last saw it; undefined where it is gone or was made anew under the same name
   */
  updateStatus(
    key: ComponentKey,
    uid: string,
    change: (component: Component) => Json | undefined,
  ): Promise<Component | undefined>;
}

export function createComponentStore(
  clients: Clients,
  served: RestMapper = clients.restMapper,
  near: Pick<ComponentEntriesOptions, 'current' | 'clock' | 'onConflict'> = {},
): ComponentStore {
  const { custom } = clients;

  async function get(key: ComponentKey): Promise<Component | undefined> {
    const { group, version } = await served.of(COMPONENTS);
    try {
      return parseComponent(
        await custom.getNamespacedCustomObject({ group, version, plural: COMPONENTS, ...key }),
      );
    } catch (error) {
      if (isAbsent(error)) return undefined;
      if (isUnserved(error)) served.forget(COMPONENTS);
      throw error;
    }
  }

  /** False: the API server took no notice, for the status has become a subresource. */
  async function writeStatus({ ref, uid, resourceVersion }: Component, status: Json): Promise<boolean> {
    const { group, version, hasStatus } = await served.of(COMPONENTS);
    const { namespace, name } = ref;
    const request = {
      group,
      version,
      plural: COMPONENTS,
      namespace,
      name,
      fieldManager: FIELD_MANAGER,
      body: { metadata: { uid, resourceVersion }, status },
    };
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    if (hasStatus) {
      await custom.patchNamespacedCustomObjectStatus(request, options);
      return true;
    }
    const written: unknown = await custom.patchNamespacedCustomObject(request, options);
    return isMerged(asObject(written)['status'], status);
  }

  async function update(
    key: ComponentKey,
    uid: string,
    change: (component: Component) => Json | undefined,
    isFirst: boolean,
  ): Promise<Component | undefined> {
    const component = await get(key);
    if (component === undefined || component.uid !== uid) return undefined;
    const status = change(component);
    if (status === undefined) return component;
    if ((await writeStatus(component, status)) || !isFirst) return component;
    served.forget(COMPONENTS);
    return update(key, uid, change, false);
  }

  /** The next read tells what is gone: the Component, its subresource, or the version. */
  function isOvertaken(error: unknown): boolean {
    if (isUnserved(error)) served.forget(COMPONENTS);
    return isConflict(error) || isNotFound(error);
  }

  return {
    get,
    entries: createComponentEntries({ clients, served, getComponent: get, ...near }),
    updateStatus: (key, uid, change) =>
      updateOnConflict((conflicts) => update(key, uid, change, conflicts === 0), {
        isConflict: isOvertaken,
      }),
  };
}
