import {
  ApiException,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { COMPONENTS, ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';

type Json = Readonly<Record<string, unknown>>;

const componentSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    finalizers: z.array(z.string()).default([]),
    deletionTimestamp: z.string().optional(),
  }),
  status: z.record(z.string(), z.unknown()).default({}),
});
export type SeenComponent = z.infer<typeof componentSchema>;

/** What a user and a component controller of somebody else do to the Components of a namespace. */
export interface UserComponents {
  /** Returns the metadata that makes an API one of its own. */
  create(name: string, status?: Json): Promise<Json>;
  get(name: string): Promise<SeenComponent | undefined>;
  /** A merge patch without any precondition, as the Canvas' own controller sends them: lists are replaced whole. */
  mergeStatus(name: string, status: Json): Promise<void>;
  remove(name: string, propagationPolicy: 'Background' | 'Foreground'): Promise<void>;
}

export function userComponents(kubeConfig: KubeConfig, namespace: string): UserComponents {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const at = { group: ODA_GROUP, version: 'v1', plural: COMPONENTS, namespace };
  const kind = { apiVersion: `${ODA_GROUP}/v1`, kind: 'Component' };
  return {
    async create(name, status = {}) {
      const body = { ...kind, metadata: { name, namespace }, spec: {}, status };
      const { metadata } = componentSchema.parse(await custom.createNamespacedCustomObject({ ...at, body }));
      const reference = { ...kind, name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
      return { ownerReferences: [reference] };
    },
    async get(name) {
      try {
        return componentSchema.parse(await custom.getNamespacedCustomObject({ ...at, name }));
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined;
        throw error;
      }
    },
    async mergeStatus(name, status) {
      await custom.patchNamespacedCustomObject(
        { ...at, name, body: { status } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
    },
    async remove(name, propagationPolicy) {
      await custom.deleteNamespacedCustomObject({ ...at, name, propagationPolicy });
    },
  };
}
