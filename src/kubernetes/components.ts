import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { parseComponent, type Component } from '../domain/component/component.ts';
import { COMPONENTS, FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import {
  createComponentEntries,
  type ComponentEntries,
  type ComponentEntriesOptions,
} from './componentEntries.ts';
import type { ComponentKey } from './knownComponents.ts';
import { isAbsent, isNotFound } from './client/errors.ts';
import { createRestMapper, type RestMapper } from './client/restMapper.ts';
import { updateOnConflict } from './client/updateOnConflict.ts';

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
    change: (component: Component) => Readonly<Record<string, unknown>> | undefined,
  ): Promise<Component | undefined>;
}

export function createComponentStore(
  clients: Clients,
  served: RestMapper = createRestMapper(clients),
  near: Pick<ComponentEntriesOptions, 'current' | 'clock'> = {},
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
      if (isNotFound(error)) served.forget(COMPONENTS);
      throw error;
    }
  }

  async function writeStatus({ ref, uid, resourceVersion }: Component, status: object): Promise<void> {
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
    if (hasStatus) await custom.patchNamespacedCustomObjectStatus(request, options);
    else await custom.patchNamespacedCustomObject(request, options);
  }

  return {
    get,
    entries: createComponentEntries({ clients, served, getComponent: get, ...near }),
    updateStatus: (key, uid, change) =>
      updateOnConflict(async () => {
        const component = await get(key);
        if (component === undefined || component.uid !== uid) return undefined;
        const status = change(component);
        if (status === undefined) return component;
        try {
          await writeStatus(component, status);
          return component;
        } catch (error) {
          if (isNotFound(error)) return undefined;
          throw error;
        }
      }),
  };
}
