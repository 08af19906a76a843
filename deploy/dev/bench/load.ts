import { z } from 'zod';
import { COMPONENTS, EXPOSED_APIS } from '../../../src/domain/kubernetes/names.ts';
import { ApiServerError, type ApiClient } from './apiClient.ts';
import {
  APIS_PER_COMPONENT,
  apiObject,
  collectionPath,
  componentObject,
  SLICES,
  sliceObject,
  type Owner,
} from './resources.ts';

/** So many clients create at the same time; each fills Components of its own. */
const LOAD_CLIENTS = 8;
/** The operator writes the same Component: its write may come between. */
const MAX_CONFLICTS = 20;

const createdSchema = z.object({ metadata: z.object({ uid: z.string() }) });

/** What a user and the Canvas' component controller do in one namespace. */
export interface Load {
  /** Components that will own `apis` more APIs, with implementations that are ready. */
  prepare(apis: number): Promise<readonly Owner[]>;
  /** Creates one API and lists it in its Component. Times are those of `performance.now()`. */
  createApi(name: string, owner: Owner): Promise<{ readonly startedAt: number }>;
  /** Creates `apis` APIs of prepared Components with up to 8 clients; resolves to when the first was sent. */
  createAll(owners: readonly Owner[], apis: number): Promise<{ readonly startedAt: number }>;
  /** Gives these APIs another port, with up to 8 clients. */
  changePorts(names: Iterable<string>, port: number): Promise<void>;
  /** Asks for the deletion of these APIs, with up to 8 clients. */
  deleteApis(names: Iterable<string>): Promise<void>;
  /** Removes the Components and implementations. */
  deleteRest(): Promise<void>;
}

export function createLoad(client: ApiClient, namespace: string): Load {
  let components = 0;

  async function create(plural: string, body: unknown): Promise<string> {
    const created = await client.send({ method: 'POST', path: collectionPath(plural, namespace), body });
    return createdSchema.parse(created).metadata.uid;
  }

  async function list(entry: object, owner: Owner): Promise<void> {
    const path = `${collectionPath(COMPONENTS, namespace)}/${owner.name}`;
    const body = [{ op: 'add', path: '/status/coreAPIs/-', value: entry }];
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        await client.send({ method: 'PATCH', path, body, contentType: 'application/json-patch+json' });
        return;
      } catch (error) {
        const isConflict = error instanceof ApiServerError && error.status === 409;
        if (!isConflict || conflicts >= MAX_CONFLICTS) throw error;
      }
    }
  }

  async function createApi(name: string, owner: Owner): Promise<{ readonly startedAt: number }> {
    const startedAt = performance.now();
    const uid = await create(EXPOSED_APIS, apiObject(name, namespace, owner));
    await list({ name, uid, ready: false }, owner);
    return { startedAt };
  }

  async function remove(path: string): Promise<void> {
    await client.send({ method: 'DELETE', path });
  }

  return {
    createApi,
    async prepare(apis) {
      const owners: Owner[] = [];
      const names = Array.from(
        { length: Math.ceil(apis / APIS_PER_COMPONENT) },
        () => `load-${String((components += 1)).padStart(4, '0')}`,
      );
      await inParallel(names, async (name) => {
        await create(SLICES, sliceObject(name));
        owners.push({ name, uid: await create(COMPONENTS, componentObject(name)) });
      });
      return owners;
    },
    async createAll(owners, apis) {
      const startedAt = performance.now();
      const shares = owners.map((owner, index) => ({
        owner,
        count: Math.min(APIS_PER_COMPONENT, apis - index * APIS_PER_COMPONENT),
      }));
      await inParallel(shares, async ({ owner, count }) => {
        for (let index = 0; index < count; index += 1) await createApi(`${owner.name}-${index}`, owner);
      });
      return { startedAt };
    },
    async changePorts(names, port) {
      await inParallel([...names], async (name) => {
        const path = `${collectionPath(EXPOSED_APIS, namespace)}/${name}`;
        const contentType = 'application/merge-patch+json';
        await client.send({ method: 'PATCH', path, body: { spec: { port } }, contentType });
      });
    },
    async deleteApis(names) {
      const path = collectionPath(EXPOSED_APIS, namespace);
      await inParallel([...names], async (name) => await remove(`${path}/${name}`));
    },
    async deleteRest() {
      for (const plural of [COMPONENTS, SLICES]) await remove(collectionPath(plural, namespace));
    },
  };
}

/** Works through the items in order, `LOAD_CLIENTS` at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  // All take from the same iterator.
  const queue = items.values();
  const clients = Array.from({ length: LOAD_CLIENTS }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(clients);
}
