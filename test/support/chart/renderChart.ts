import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { runTool, type ToolResult } from '../../../deploy/dev/stack/runTool.ts';
import { Toolchain } from '../../../deploy/dev/stack/toolchain.ts';

const CHART = fileURLToPath(new URL('../../../deploy/chart', import.meta.url));
/** A Helm that was built from its module believes in an old Kubernetes. */
const KUBE_VERSION = '1.36.3';
export const RELEASE_NAMESPACE = 'apig-system';

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().exactOptional() }),
});

const toolchain = new Toolchain({ environment: process.env, onProgress: () => undefined });

/** Runs `helm <command> … deploy/chart` with a file of deploy/chart/ci and with more values, as for `--set-json`. */
export async function helmChart(
  command: 'lint' | 'template',
  values: string | undefined,
  set: Readonly<Record<string, unknown>> = {},
  namespace = RELEASE_NAMESPACE,
): Promise<ToolResult> {
  return await runTool(await toolchain.path('helm'), [
    command,
    ...(command === 'template' ? ['apig'] : []),
    CHART,
    `--namespace=${namespace}`,
    `--kube-version=${KUBE_VERSION}`,
    ...(values === undefined ? [] : ['--values', `${CHART}/ci/${values}-values.yaml`]),
    ...Object.entries(set).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]),
  ]);
}

export type ChartObject = KubernetesObject & z.infer<typeof objectSchema>;

/** The objects of a release named `apig`. @throws with Helm's complaint */
export async function renderChart(
  ...args: [values: string | undefined, set?: Readonly<Record<string, unknown>>, namespace?: string]
): Promise<readonly ChartObject[]> {
  const { code, stdout, stderr } = await helmChart('template', ...args);
  if (code !== 0) throw new Error(stderr);
  // Not by the client's loader, which gives some fields the names of its own models.
  return parseAllDocuments(stdout)
    .map((document): unknown => document.toJS())
    .filter((object) => object !== null)
    .map((object) => objectSchema.parse(object));
}
