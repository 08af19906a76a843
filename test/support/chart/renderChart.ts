import { fileURLToPath } from 'node:url';
import { loadAllYaml, type KubernetesObject } from '@kubernetes/client-node';
import { runTool, type ToolResult } from '../../../deploy/dev/stack/runTool.ts';
import { Toolchain } from '../../../deploy/dev/stack/toolchain.ts';

export const CHART = fileURLToPath(new URL('../../../deploy/chart', import.meta.url));
/** A Helm that was built from its module believes in an old Kubernetes. */
const KUBE_VERSION = '1.36.3';
export const RELEASE_NAMESPACE = 'apig-system';

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

/** The objects of a release named `apig`. @throws with Helm's complaint */
export async function renderChart(
  ...args: [values: string | undefined, set?: Readonly<Record<string, unknown>>, namespace?: string]
): Promise<readonly KubernetesObject[]> {
  const { code, stdout, stderr } = await helmChart('template', ...args);
  if (code !== 0) throw new Error(stderr);
  return loadAllYaml(stdout).filter(
    (object: unknown): object is KubernetesObject => object !== null && object !== undefined,
  );
}
