import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { z } from 'zod';
import { EXPOSED_APIS, FIELD_MANAGER, FINALIZER, LEGACY_APIS } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import type { ServedResource } from './client/discovery.ts';
import { isConflict, isNotFound } from './client/errors.ts';
import { createListWatch } from './watch/listWatch.ts';

/** An API that carries our finalizer. */
export interface HeldApi {
  readonly resource: ServedResource;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly finalizers: readonly string[];
  readonly isDeleting: boolean;
  /** What its condition `Registered` says; empty where it has none. */
  readonly registered: string;
}

export interface HeldApis {
  /** Of both kinds, as far as the cluster serves them, by namespace and name. @throws where it cannot be asked */
  list(): Promise<readonly HeldApi[]>;
  /** Takes our finalizer off, if nothing has changed since the list. @returns whether that was done */
  release(api: HeldApi): Promise<boolean>;
}

/** Which APIs an operator serves. */
export interface ServedScope {
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** Empty: all. */
  readonly labelSelector: string;
}

const PAGE = 250;

export function createHeldApis(
  { kubeConfig, custom, restMapper }: Pick<Clients, 'kubeConfig' | 'custom' | 'restMapper'>,
  { namespaces, labelSelector }: ServedScope,
): HeldApis {
  async function heldOf(resource: ServedResource, namespace: string | undefined): Promise<HeldApi[]> {
    const scope = { namespace, labelSelector: labelSelector === '' ? undefined : labelSelector };
    const reads = createListWatch(kubeConfig, resource, scope);
    const held: HeldApi[] = [];
    let next: string | undefined;
    do {
      const page = await reads.listPage({ limit: PAGE, next }, NEVER);
      held.push(...page.items.flatMap((item) => readHeld(resource, item)));
      ({ next } = page);
    } while (next !== undefined);
    return held;
  }

  return {
    async list() {
      const served = await Promise.all(
        [EXPOSED_APIS, LEGACY_APIS].map((plural) => restMapper.refresh(plural)),
      );
      const scopes = namespaces.length === 0 ? [undefined] : namespaces;
      const held: HeldApi[] = [];
      for (const resource of served)
        if (resource !== undefined)
          for (const namespace of scopes) held.push(...(await heldOf(resource, namespace)));
      return held.toSorted((a, b) => (shownName(a) < shownName(b) ? -1 : 1));
    },

    async release({ resource, namespace, name, uid, resourceVersion, finalizers }) {
      const { group, version, plural } = resource;
      const metadata = { uid, resourceVersion, finalizers: finalizers.filter((one) => one !== FINALIZER) };
      try {
        await custom.patchNamespacedCustomObject(
          { group, version, plural, namespace, name, fieldManager: FIELD_MANAGER, body: { metadata } },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        );
        return true;
      } catch (error) {
        if (isConflict(error) || isNotFound(error)) return false;
        throw error;
      }
    },
  };
}

/** For people: `<namespace>/<name>`, with the kind where it is the legacy one. */
export function shownName({ resource, namespace, name }: HeldApi): string {
  return resource.plural === LEGACY_APIS ? `${namespace}/${name} (${resource.kind})` : `${namespace}/${name}`;
}

const NEVER = new AbortController().signal;

const conditionSchema = z.object({ type: z.string(), status: z.string(), reason: z.string().default('') });
const apiSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    finalizers: z.array(z.string()).default([]),
    deletionTimestamp: z.string().optional(),
  }),
  // Anybody may have written it.
  status: z.object({ conditions: z.array(conditionSchema).catch([]) }).catch({ conditions: [] }),
});

function readHeld(resource: ServedResource, item: unknown): readonly HeldApi[] {
  const { metadata, status } = apiSchema.parse(item);
  const { deletionTimestamp, ...rest } = metadata;
  if (!rest.finalizers.includes(FINALIZER)) return [];
  const said = status.conditions.find(({ type }) => type === 'Registered');
  return [
    {
      resource,
      ...rest,
      isDeleting: deletionTimestamp !== undefined,
      registered: said === undefined ? '' : `${said.status} ${said.reason}`.trim(),
    },
  ];
}
