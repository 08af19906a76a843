import { z } from 'zod';
import { EXPOSED_APIS, FIELD_MANAGER, LEGACY_APIS, ODA_GROUP } from '../domain/kubernetes/names.ts';
import type { Clients } from './client/clients.ts';
import type { ServedResource } from './client/discovery.ts';
import { isAbsent } from './client/errors.ts';

export interface ProbeSpec {
  readonly path: string;
  /** URL of an OpenAPI document that the gateway can read. */
  readonly specification: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SeenProbe {
  readonly uid: string;
  readonly isDeleting: boolean;
  readonly conditions: readonly SeenCondition[];
}

export interface SeenCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** One API by its name, as a user makes and deletes it. */
export interface ProbeApis {
  /** `ExposedAPI`, or the legacy kind where that is not served. @throws where neither is */
  kind(): Promise<ServedResource>;
  get(): Promise<SeenProbe | undefined>;
  /** @throws where there is one of that name */
  create(spec: ProbeSpec): Promise<void>;
  /** Asks for the deletion; what is absent is deleted. */
  remove(): Promise<void>;
}

const schema = z.object({
  metadata: z.object({ uid: z.string(), deletionTimestamp: z.string().optional() }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

export function createProbeApis(
  { custom, restMapper }: Pick<Clients, 'custom' | 'restMapper'>,
  namespace: string,
  name: string,
): ProbeApis {
  async function kind(): Promise<ServedResource> {
    const found = (await restMapper.refresh(EXPOSED_APIS)) ?? (await restMapper.refresh(LEGACY_APIS));
    if (found === undefined)
      throw new Error(
        `The cluster serves no ExposedAPI of ${ODA_GROUP}. Install the definitions of the Canvas.`,
      );
    return found;
  }

  async function at(): Promise<Record<'group' | 'version' | 'plural' | 'namespace', string>> {
    const { group, version, plural } = await kind();
    return { group, version, plural, namespace };
  }

  return {
    kind,
    async get() {
      try {
        const object: unknown = await custom.getNamespacedCustomObject({ ...(await at()), name });
        const { metadata, status } = schema.parse(object);
        const isDeleting = metadata.deletionTimestamp !== undefined;
        return { uid: metadata.uid, isDeleting, conditions: status.conditions };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    async create(spec) {
      const body = probeObject(await kind(), { ...spec, namespace, name });
      await custom.createNamespacedCustomObject({ ...(await at()), fieldManager: FIELD_MANAGER, body });
    },
    async remove() {
      try {
        await custom.deleteNamespacedCustomObject({ ...(await at()), name });
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
  };
}

/** Written in the shape of the version that is to be used: through another one it would lose its specification. */
export function probeObject(
  { group, version, plural, kind }: Pick<ServedResource, 'group' | 'version' | 'plural' | 'kind'>,
  {
    namespace,
    name,
    path,
    specification,
    labels,
  }: ProbeSpec & { readonly namespace: string; readonly name: string },
): object {
  const common = { name, implementation: name, path, port: 8080 };
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { namespace, name, labels },
    spec:
      plural === LEGACY_APIS
        ? { ...common, apitype: 'openapi', specification }
        : { ...common, apiType: 'openapi', specification: inVersion(version, specification) },
  };
}

function inVersion(version: string, url: string): unknown {
  if (version === 'v1beta3') return [url];
  return version === 'v1beta4' ? [{ url, version: 'v1' }] : { url, version: 'v1' };
}
