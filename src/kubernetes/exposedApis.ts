import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { parseExposedApi, type ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { asObject, isMerged } from '../domain/kubernetes/mergePatch.ts';
import { FIELD_MANAGER, type ApiPlural, type ResourceRef } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import type { ServedResource } from './client/discovery.ts';
import { isAbsent, isConflict, isNotFound } from './client/errors.ts';
import { describeError } from '../telemetry/logger.ts';
import { updateOnConflict } from './client/updateOnConflict.ts';
import type { RestMapper } from './client/restMapper.ts';
import type { KnownApi, MutationCache } from './watch/mutationCache.ts';

export type ApiRef = ResourceRef & { readonly plural: ApiPlural };

/** What to write; keys not named stay as they are, null removes. */
export interface ApiPatch {
  readonly finalizers?: readonly string[] | undefined;
  readonly status?: Readonly<Record<string, unknown>> | undefined;
}

export interface Updated {
  /** The resource as `change` last saw it. */
  readonly before: ExposedApi;
  /** From this version on the resource says what `change` wanted. */
  readonly resourceVersion: string;
}

export interface ExposedApis {
  get(ref: ApiRef): Promise<ExposedApi | undefined>;
  /**
   * Lets `change` decide by what is known of the resource, and writes under the uid and resource version of that. Reads only where
   * nothing is known, and after a conflict; then `change` decides anew.
   * `change` returns undefined when there is nothing to write. It gets the resource's generation where that tells changes of the
   * spec alone: only with a status subresource.
   * @returns undefined where the resource is gone or was made anew under the same name
   */
  update(
    ref: ApiRef,
    uid: string,
    change: (api: ExposedApi, status: unknown, specGeneration?: number) => ApiPatch | undefined,
  ): Promise<Updated | undefined>;
}

const MAX_CONFLICTS = 8;

interface Current extends KnownApi {
  /** What it was read through: what was decided by that is written through it, too. */
  readonly resource: ServedResource;
}

interface Written {
  readonly after: KnownApi;
  /** The API server took no notice of the status: it has become a subresource since discovery. */
  readonly isIgnored: boolean;
}

export function createExposedApis(
  clients: Pick<Clients, 'custom'>,
  served: RestMapper,
  known: MutationCache,
): ExposedApis {
  const { custom } = clients;

  /** As it is known without a read; through a version that is no longer the one to use, nothing is. */
  async function recall(ref: ApiRef, uid: string): Promise<Current | undefined> {
    const found = known.current(ref);
    if (found?.api.uid !== uid) return undefined;
    const isThrough = ({ group, version }: ServedResource): boolean =>
      found.api.apiVersion === `${group}/${version}`;
    const resource = await served.of(ref.plural);
    if (isThrough(resource)) return { ...found, resource };
    // Either may be the older of the two.
    served.forget(ref.plural);
    const now = await served.of(ref.plural);
    return isThrough(now) ? { ...found, resource: now } : undefined;
  }

  async function read(ref: ApiRef): Promise<Current | undefined> {
    const resource = await served.of(ref.plural);
    const { group, version } = resource;
    try {
      const object: unknown = await custom.getNamespacedCustomObject({ group, version, ...ref });
      return { ...readApi(object, ref.plural), resource };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      if (isNotFound(error)) served.forget(ref.plural);
      throw error;
    }
  }

  /** Everything in one write, except where the status is a subresource: then the finalizer guards what is recorded, from before to after. */
  async function write({ api, resource }: Current, { finalizers, status }: ApiPatch): Promise<Written> {
    const { group, version, hasStatus } = resource;
    const { uid, resourceVersion } = api;
    const target = { group, version, ...api.ref, fieldManager: FIELD_MANAGER };
    const options = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    const patchObject = (metadata: object, more: object = {}): Promise<unknown> =>
      custom.patchNamespacedCustomObject({ ...target, body: { metadata, ...more } }, options);
    const patchStatus = (metadata: object): Promise<unknown> =>
      custom.patchNamespacedCustomObjectStatus({ ...target, body: { metadata, status } }, options);

    // Each is made on what it was decided on: the second of two on what the first came to.
    const writes: readonly ((fence: object) => Promise<unknown>)[] = !hasStatus
      ? [(fence) => patchObject({ ...fence, ...(finalizers && { finalizers }) }, { status })]
      : [
          ...(finalizers ? [(fence: object) => patchObject({ ...fence, finalizers })] : []),
          ...(status ? [patchStatus] : []),
        ];
    const isRelease = finalizers !== undefined && finalizers.length < api.finalizers.length;
    let written: unknown;
    let builtOn = resourceVersion;
    for (const one of isRelease ? writes.toReversed() : writes) {
      written = await one({ uid, resourceVersion: builtOn });
      builtOn = readApi(written, api.ref.plural).api.resourceVersion;
    }
    const after = readApi(written, api.ref.plural);
    return { after, isIgnored: !hasStatus && status !== undefined && !isMerged(after.status, status) };
  }

  /** The next read tells what is gone: the resource, its subresource, or the version. */
  async function overtakenWhereNotFound<T>(ref: ApiRef, writing: Promise<T>): Promise<T> {
    try {
      return await writing;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      served.forget(ref.plural);
      throw new Overtaken(`not found: ${describeError(error)}`, { cause: error });
    }
  }

  return {
    get: async (ref) => (await read(ref))?.api,
    async update(ref, uid, change) {
      let wasIgnored = false;

      async function attempt(conflicts: number): Promise<Updated | undefined> {
        const current = (conflicts === 0 ? await recall(ref, uid) : undefined) ?? (await read(ref));
        if (current === undefined || current.api.uid !== uid) return undefined;
        const before = current.api;
        const patch = change(before, current.status, specGenerationOf(current));
        if (patch === undefined) return { before, resourceVersion: before.resourceVersion };
        const { after, isIgnored } = await overtakenWhereNotFound(ref, write(current, patch));
        known.keep(after);
        if (!isIgnored || wasIgnored) return { before, resourceVersion: after.api.resourceVersion };
        wasIgnored = true;
        served.forget(ref.plural);
        throw new Overtaken('the API server took no notice of the status');
      }

      return updateOnConflict(attempt, {
        maxConflicts: MAX_CONFLICTS,
        isConflict: (error) => isConflict(error) || error instanceof Overtaken,
      });
    },
  };
}

/** What was decided is about something that is not there any more; a new look decides anew. */
class Overtaken extends Error {}

function specGenerationOf({ api, resource }: Current): number | undefined {
  return resource.hasStatus ? api.generation : undefined;
}

function readApi(object: unknown, plural: ApiPlural): KnownApi {
  return { api: parseExposedApi(object, plural), status: asObject(object)['status'] };
}
