import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
} from '@kubernetes/client-node';
import { LocalStackError } from './localStackError.ts';
import { describeError } from '../../../src/telemetry/logger.ts';

/** Every object of the YAML files of a folder, in the order of the file names; none when there is no folder. */
export async function readManifests(folder: string): Promise<KubernetesObject[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  const documents = await Promise.all(
    files.map(async (file) => loadAllYaml(await readFile(join(folder, file), 'utf8'))),
  );
  return documents
    .flat()
    .filter((document): document is KubernetesObject => document !== null && document !== undefined);
}

/** Server-side apply, again and again with the same outcome; what others need (Namespaces) goes first. */
export async function applyManifests(
  kubeConfig: KubeConfig,
  objects: readonly KubernetesObject[],
): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  const first = objects.filter((object) => object.kind === 'Namespace');
  const rest = objects.filter((object) => object.kind !== 'Namespace');
  for (const group of [first, rest]) {
    await Promise.all(group.map(async (object) => await apply(api, object)));
  }
}

async function apply(api: KubernetesObjectApi, object: KubernetesObject): Promise<void> {
  const manager = 'apig-orchestrator-stack';
  await api
    .patch(object, undefined, undefined, manager, true, PatchStrategy.ServerSideApply)
    .catch((error: unknown) => {
      const reason = describeError(error);
      throw new LocalStackError(`The API server refused ${object.kind} ${object.metadata?.name}: ${reason}`);
    });
}
