import {
  CoreV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { waitUntil } from '../../../deploy/dev/stack/waitUntil.ts';
import { COMPONENTS, EXPOSED_APIS, LEGACY_APIS, ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';

/** Marks the namespaces that tests make. */
const LABEL = 'apig-test';

const HELD = [
  { plural: EXPOSED_APIS, version: 'v1' },
  { plural: LEGACY_APIS, version: 'v1beta2' },
  { plural: COMPONENTS, version: 'v1' },
] as const;
const REMOVE_MS = 60_000;

const listSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

export async function createTestNamespace(kubeConfig: KubeConfig, name: string): Promise<void> {
  const metadata = { name, labels: { [LABEL]: 'yes' } };
  await kubeConfig.makeApiClient(CoreV1Api).createNamespace({ body: { metadata } });
}

/** Removes them with all that is in them, also what waits for an operator or a gateway that is gone. */
export async function removeTestNamespaces(kubeConfig: KubeConfig): Promise<void> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const left = async (): Promise<readonly string[]> => {
    const { items } = await core.listNamespace({ labelSelector: LABEL });
    return items.flatMap(({ metadata }) => metadata?.name ?? []);
  };
  for (const name of await left()) await core.deleteNamespace({ name });
  const areGone = async (): Promise<boolean> => {
    const names = await left();
    for (const name of names) await release(kubeConfig, name);
    return names.length === 0;
  };
  await waitUntil(areGone, { what: 'the namespaces of the tests should have gone', timeoutMs: REMOVE_MS });
}

/** Takes the finalizers away: those who would honour them have ended. */
async function release(kubeConfig: KubeConfig, namespace: string): Promise<void> {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  for (const kind of HELD) {
    const at = { group: ODA_GROUP, namespace, ...kind };
    const { items } = listSchema.parse(await custom.listNamespacedCustomObject(at));
    const body = { metadata: { finalizers: null } };
    // What goes meanwhile needs no release.
    await Promise.allSettled(
      items.map(({ metadata: { name } }) =>
        custom.patchNamespacedCustomObject(
          { ...at, name, body },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        ),
      ),
    );
  }
}
