import {
  ApiException,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
} from '@kubernetes/client-node';
import { z } from 'zod';
import {
  EXPOSED_APIS,
  LEGACY_APIS,
  ODA_GROUP,
  type ApiPlural,
} from '../../../src/domain/kubernetes/names.ts';
import { API_SPEC } from '../builders/apis.ts';
import { eventually } from '../builders/eventually.ts';

type Json = Readonly<Record<string, unknown>>;

const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: z.string(),
});
const apiSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    generation: z.number(),
    creationTimestamp: z.string(),
    finalizers: z.array(z.string()).default([]),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.record(z.string(), z.unknown()),
  status: z
    .looseObject({
      apiStatus: z.record(z.string(), z.unknown()).default({}),
      implementation: z.record(z.string(), z.unknown()).default({}),
      conditions: z.array(conditionSchema).default([]),
      apig: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
});
export type SeenApi = z.infer<typeof apiSchema>;

export interface ApiKind {
  readonly plural: ApiPlural;
  readonly kind: string;
  readonly version: string;
}

export const EXPOSED_API: ApiKind = { plural: EXPOSED_APIS, kind: 'ExposedAPI', version: 'v1' };
export const LEGACY_API: ApiKind = { plural: LEGACY_APIS, kind: 'API', version: 'v1beta2' };

/** More than the machine needs when it is busy with other tests. */
const DEADLINE_MS = 45_000;

/** What a user does to the APIs of a namespace, and what a user sees of them. */
export interface UserApis {
  /** Creates an API with the given spec on top of a complete one; `undefined` leaves a field out. */
  create(name: string, spec?: Json, kind?: ApiKind, metadata?: Json): Promise<void>;
  patch(name: string, body: Json, kind?: ApiKind): Promise<void>;
  /** Asks for the deletion; finalizers hold it. */
  remove(name: string, kind?: ApiKind): Promise<void>;
  get(name: string, kind?: ApiKind): Promise<SeenApi | undefined>;
  /** `status reason` of a condition; undefined where there is none. */
  condition(name: string, type: string, kind?: ApiKind): Promise<string | undefined>;
  /** As `kubectl wait --for=condition=<type>` does, for a status and a reason. */
  untilCondition(name: string, type: string, expected: string, kind?: ApiKind): Promise<SeenApi>;
  /** Until the message of a condition has these words. */
  untilSaid(name: string, type: string, words: string): Promise<void>;
  untilGone(name: string, kind?: ApiKind): Promise<void>;
}

function asText(api: SeenApi | undefined): string {
  return api === undefined ? 'it is absent' : `it says: ${JSON.stringify(api.status)}`;
}

export function userApis(kubeConfig: KubeConfig, namespace: string): UserApis {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const at = ({ plural, version }: ApiKind) => ({ group: ODA_GROUP, version, plural, namespace });

  async function get(name: string, kind = EXPOSED_API): Promise<SeenApi | undefined> {
    try {
      return apiSchema.parse(await custom.getNamespacedCustomObject({ ...at(kind), name }));
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw error;
    }
  }

  async function condition(name: string, type: string, kind = EXPOSED_API): Promise<string | undefined> {
    const found = (await get(name, kind))?.status.conditions.find((one) => one.type === type);
    return found && `${found.status} ${found.reason}`;
  }

  return {
    get,
    condition,
    async create(name, spec = {}, kind = EXPOSED_API, metadata = {}) {
      const body = {
        apiVersion: `${ODA_GROUP}/${kind.version}`,
        kind: kind.kind,
        metadata: { name, namespace, ...metadata },
        spec: { ...API_SPEC, path: `/${namespace}/${name}`, ...spec },
      };
      await custom.createNamespacedCustomObject({ ...at(kind), body });
    },
    async patch(name, body, kind = EXPOSED_API) {
      await custom.patchNamespacedCustomObject(
        { ...at(kind), name, body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    },
    async remove(name, kind = EXPOSED_API) {
      await custom.deleteNamespacedCustomObject({ ...at(kind), name });
    },
    async untilCondition(name, type, expected, kind = EXPOSED_API) {
      let seen: SeenApi | undefined;
      const isThere = async (): Promise<boolean> => {
        seen = await get(name, kind);
        return (
          seen?.status.conditions.some(
            (one) => one.type === type && `${one.status} ${one.reason}` === expected,
          ) ?? false
        );
      };
      await eventually(`${name} has ${type} ${expected}`, isThere, DEADLINE_MS, () => asText(seen));
      if (seen === undefined) throw new Error(`${name} is absent`);
      return seen;
    },
    async untilSaid(name, type, words) {
      const isSaid = async (): Promise<boolean> => {
        const { conditions = [] } = (await get(name))?.status ?? {};
        return conditions.some((one) => one.type === type && one.message.includes(words));
      };
      await eventually(`${name} says of ${type}: ${words}`, isSaid, DEADLINE_MS);
    },
    async untilGone(name, kind = EXPOSED_API) {
      await eventually(`${name} is gone`, async () => (await get(name, kind)) === undefined, DEADLINE_MS);
    },
  };
}
