import { maskUrls } from '../domain/kubernetes/maskUrls.ts';
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import { parseChildApi, type ChildApi } from '../domain/component/child.ts';
import { asObject } from '../domain/kubernetes/mergePatch.ts';
import { COMPONENT_NAME_LABEL, EXPOSED_APIS, FIELD_MANAGER } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import { isAbsent, isConflict, isNotFound, isUnserved, statusOf } from './client/errors.ts';
import type { RestMapper } from './client/restMapper.ts';

type Json = Readonly<Record<string, unknown>>;

/** The Component that owns what is made. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

interface NewChild {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Json;
}

/**
 * `refused`: the API server will not have it, and waiting alone does not help. `changed`: it is not, or no longer, as it
 * was read. Anything that passes by itself rejects.
 */
export type ChildWrite =
  | { readonly kind: 'written'; readonly uid: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'changed' };

/** The ExposedAPIs of Components. */
export interface ChildStore {
  /** All that carry the componentName label with this value, in any number. */
  listLabelled(namespace: string, label: string): Promise<readonly ChildApi[]>;
  get(namespace: string, name: string): Promise<ChildApi | undefined>;
  /** `changed`: the name is held already. */
  create(owner: Owner, child: NewChild): Promise<ChildWrite>;
  /** A merge patch, under the uid and resource version of the read. */
  patch(
    namespace: string,
    read: Pick<ChildApi, 'name' | 'uid' | 'resourceVersion'>,
    body: Json,
  ): Promise<ChildWrite>;
  /** Under the uid of the read; `changed`: gone already, or another one has its name. */
  delete(namespace: string, child: Pick<ChildApi, 'name' | 'uid'>): Promise<ChildWrite>;
}

const PAGE = 250;

const pageSchema = z.object({
  metadata: z.object({ continue: z.string().optional() }),
  items: z.array(z.unknown()).default([]),
});

export function createChildStore(clients: Clients, served: RestMapper = clients.restMapper): ChildStore {
  const { custom } = clients;
  const place = async (namespace: string) => {
    const { group, version, kind } = await served.of(EXPOSED_APIS);
    return {
      kind,
      apiVersion: `${group}/${version}`,
      at: { group, version, namespace, plural: EXPOSED_APIS },
    };
  };

  /** Where the kind is not served as we thought, the next call asks anew. */
  async function following<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isUnserved(error)) served.forget(EXPOSED_APIS);
      throw error;
    }
  }

  const attempt = (write: () => Promise<string>): Promise<ChildWrite> => judge(() => following(write));

  return {
    async listLabelled(namespace, label) {
      const { at } = await place(namespace);
      const found: ChildApi[] = [];
      let next: string | undefined;
      do {
        const page = pageSchema.parse(
          await following(() =>
            custom.listNamespacedCustomObject({
              ...at,
              labelSelector: `${COMPONENT_NAME_LABEL}=${label}`,
              limit: PAGE,
              ...(next === undefined ? {} : { _continue: next }),
            }),
          ),
        );
        found.push(...page.items.map(parseChildApi));
        next = page.metadata.continue || undefined;
      } while (next !== undefined);
      return found;
    },

    async get(namespace, name) {
      const { at } = await place(namespace);
      try {
        return parseChildApi(await following(() => custom.getNamespacedCustomObject({ ...at, name })));
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async create(owner, { name, labels, spec }) {
      const { at, apiVersion, kind } = await place(owner.namespace);
      const { namespace, ...reference } = owner;
      const ownerReferences = [{ ...reference, controller: true, blockOwnerDeletion: true }];
      const body = { apiVersion, kind, metadata: { name, namespace, labels, ownerReferences }, spec };
      return attempt(async () => {
        const request = { ...at, body, fieldManager: FIELD_MANAGER };
        return parseChildApi(await custom.createNamespacedCustomObject(request)).uid;
      });
    },

    async patch(namespace, { name, uid, resourceVersion }, body) {
      const { at } = await place(namespace);
      const metadata = { ...asObject(body['metadata']), uid, resourceVersion };
      return attempt(async () => {
        await custom.patchNamespacedCustomObject(
          { ...at, name, body: { ...body, metadata }, fieldManager: FIELD_MANAGER },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        );
        return uid;
      });
    },

    async delete(namespace, { name, uid }) {
      const { at } = await place(namespace);
      return attempt(async () => {
        await custom.deleteNamespacedCustomObject({
          ...at,
          name,
          body: { preconditions: { uid }, propagationPolicy: 'Background' },
        });
        return uid;
      });
    },
  };
}

async function judge(write: () => Promise<string>): Promise<ChildWrite> {
  try {
    return { kind: 'written', uid: await write() };
  } catch (error) {
    if (isConflict(error) || isNotFound(error)) return { kind: 'changed' };
    if (REFUSALS.includes(statusOf(error))) return { kind: 'refused', message: describeRefusal(error) };
    throw error;
  }
}

const REFUSALS: readonly unknown[] = [400, 403, 422];
const MAX_MESSAGE = 300;

/** The client's own message prints every header; what people need is in the Status object, handed on as text. */
function describeRefusal(error: unknown): string {
  const { body } = asObject(error);
  const parsed = statusSchema.safeParse(typeof body === 'string' ? parseJson(body) : body);
  const message = parsed.success ? parsed.data.message : `HTTP status ${statusOf(error)}`;
  return maskUrls(message).replaceAll(/\s+/g, ' ').slice(0, MAX_MESSAGE);
}

const statusSchema = z.object({ message: z.string() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
