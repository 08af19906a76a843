import type { KubeConfig, V1CustomResourceDefinition } from '@kubernetes/client-node';
import { ApiextensionsV1Api } from '@kubernetes/client-node';
import { applyManifests, readManifests } from './manifests.ts';
import { probe, type ProbeOptions } from './probe.ts';
import { waitUntil } from './waitUntil.ts';

export interface ApiserverAccess extends ProbeOptions {
  readonly server: string;
}

/** Applies the CustomResourceDefinitions of a folder and waits until every version of each can be listed and watched. */
export async function applyCustomResources(
  kubeConfig: KubeConfig,
  folder: string,
  access: ApiserverAccess,
): Promise<void> {
  const manifests = await readManifests(folder);
  if (manifests.length === 0) return;
  await applyManifests(kubeConfig, manifests);
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const names = manifests.map((manifest) => manifest.metadata?.name ?? '');
  await Promise.all(
    names.map(async (name) => {
      const what = `the custom resource ${name} should have been served`;
      await waitUntil(async () => await isServed(await api.readCustomResourceDefinition({ name }), access), {
        what,
        timeoutMs: 30_000,
      });
    }),
  );
}

/** Established comes a moment before the endpoints answer, and listing a moment before watching. */
async function isServed(definition: V1CustomResourceDefinition, access: ApiserverAccess): Promise<boolean> {
  const isEstablished = definition.status?.conditions?.some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );
  if (isEstablished !== true) return false;
  const { group, names, versions } = definition.spec;
  const urls = versions
    .filter(({ served }) => served)
    .flatMap(({ name }) => {
      const list = `${access.server}/apis/${group}/${name}/${names.plural}`;
      return [`${list}?limit=1`, `${list}?watch=1&timeoutSeconds=1`];
    });
  const answers = await Promise.all(urls.map(async (url) => await probe(url, access)));
  return answers.every((status) => status === 200);
}
