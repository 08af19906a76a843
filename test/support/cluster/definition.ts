import {
  ApiException,
  ApiextensionsV1Api,
  type KubeConfig,
  type V1CustomResourceDefinition,
  type V1CustomResourceDefinitionVersion,
} from '@kubernetes/client-node';
import { eventually } from '../builders/eventually.ts';

type Version = V1CustomResourceDefinitionVersion;

/** What an administrator does to the definition of a kind while everything runs. */
export interface Definition {
  /** Deletes it; resolves when it has gone, and with it every resource of the kind. */
  remove(): Promise<void>;
  /** Installs what was there at first, each version changed. */
  install(change?: (version: Version) => void): Promise<void>;
  /** Changes each version of what is there. */
  change(change: (version: Version) => void): Promise<void>;
}

export async function definitionOf(kubeConfig: KubeConfig, name: string): Promise<Definition> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const { spec } = await api.readCustomResourceDefinition({ name });

  async function read(): Promise<V1CustomResourceDefinition | undefined> {
    try {
      return await api.readCustomResourceDefinition({ name });
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw error;
    }
  }

  return {
    async remove() {
      await api.deleteCustomResourceDefinition({ name });
      await eventually(`${name} is gone`, async () => (await read()) === undefined, 60_000);
    },
    async install(change = () => undefined) {
      const changed = structuredClone(spec);
      changed.versions.forEach(change);
      await api.createCustomResourceDefinition({ body: { metadata: { name }, spec: changed } });
      const isEstablished = async (): Promise<boolean> =>
        (await read())?.status?.conditions?.some(
          ({ type, status }) => type === 'Established' && status === 'True',
        ) ?? false;
      await eventually(`${name} is established`, isEstablished, 30_000);
    },
    async change(change) {
      const isChanged = async (): Promise<boolean> => {
        const current = await api.readCustomResourceDefinition({ name });
        current.spec.versions.forEach(change);
        try {
          await api.replaceCustomResourceDefinition({ name, body: current });
          return true;
        } catch (error) {
          if (error instanceof ApiException && error.code === 409) return false;
          throw error;
        }
      };
      await eventually(`${name} is changed`, isChanged, 30_000);
    },
  };
}
