import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { Component } from '../domain/component/component.ts';
import { findEntry, isSameEntry, type ComponentEntry, type LocatedEntry } from '../domain/component/entry.ts';
import { COMPONENTS, FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import { isConflict, isNotFound, isUnprocessable } from './client/errors.ts';
import type { RestMapper } from './client/restMapper.ts';
import { updateOnConflict } from './client/updateOnConflict.ts';

/** Which entry: that of the API with this uid in the status of this Component. */
interface EntryKey {
  readonly namespace: string;
  readonly component: string;
  readonly apiUid: string;
}

export interface ComponentEntries {
  /** `unlisted`: the Component does not list the API (yet); `noParent`: there is no such Component. */
  read(key: EntryKey): Promise<ComponentEntry | 'unlisted' | 'noParent'>;
  /** Writes where it differs. Other entries, and other fields of this one, stay as they are at that moment. */
  write(key: EntryKey, entry: ComponentEntry): Promise<'written' | 'notListed' | 'noComponent'>;
}

const FIELDS = ['url', 'developerUI', 'ready'] as const;

export function createComponentEntries(
  clients: Pick<Clients, 'custom'>,
  served: RestMapper,
  getComponent: (key: { namespace: string; name: string }) => Promise<Pick<Component, 'status'> | undefined>,
): ComponentEntries {
  const { custom } = clients;

  async function read({
    namespace,
    component,
    apiUid,
  }: EntryKey): Promise<LocatedEntry | 'unlisted' | 'noParent'> {
    const parent = await getComponent({ namespace, name: component });
    return parent === undefined ? 'noParent' : (findEntry(parent.status, apiUid) ?? 'unlisted');
  }

  async function send({ namespace, component }: EntryKey, body: readonly object[]): Promise<void> {
    const { group, version, hasStatus } = await served.of(COMPONENTS);
    const request = {
      group,
      version,
      plural: COMPONENTS,
      namespace,
      name: component,
      fieldManager: FIELD_MANAGER,
      body,
    };
    const options = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
    if (hasStatus) await custom.patchNamespacedCustomObjectStatus(request, options);
    else await custom.patchNamespacedCustomObject(request, options);
  }

  return {
    async read(key) {
      const found = await read(key);
      if (typeof found === 'string') return found;
      const { url, developerUI, ready } = found;
      return { url, developerUI, ready };
    },
    write: (key, entry) =>
      updateOnConflict(
        async () => {
          const found = await read(key);
          if (found === 'noParent') return 'noComponent';
          if (found === 'unlisted') return 'notListed';
          if (isSameEntry(found, entry)) return 'written';
          try {
            await send(key, entryPatch(found, key.apiUid, entry));
            return 'written';
          } catch (error) {
            if (isNotFound(error)) return 'noComponent';
            throw error;
          }
        },
        { isConflict: (error) => isConflict(error) || isUnprocessable(error) },
      ),
  };
}

/** A JSON Patch that holds only while the entry is where it was found. */
function entryPatch(found: LocatedEntry, uid: string, entry: ComponentEntry): readonly object[] {
  const { pointer } = found;
  const changes = FIELDS.filter((field) => found[field] !== entry[field]).map((field) =>
    entry[field] === undefined
      ? { op: 'remove', path: `${pointer}/${field}` }
      : { op: 'add', path: `${pointer}/${field}`, value: entry[field] },
  );
  return [{ op: 'test', path: `${pointer}/uid`, value: uid }, ...changes];
}
