import type { BinaryName } from './binaries.ts';
import { NAMESPACE } from './exampleComponent.ts';
import { LocalStackError } from './localStackError.ts';
import { lastLine, runTool } from './runTool.ts';

export interface HelmTarget {
  readonly binary: (name: BinaryName) => Promise<string>;
  readonly kubeconfigPath: string;
}

/**
 * Runs Helm in the namespace of the example, as an administrator.
 *
 * @throws LocalStackError with the last line of Helm's complaint.
 */
export async function helm(target: HelmTarget, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const { code, stderr } = await runTool(
    await target.binary('helm'),
    [...args, '--namespace', NAMESPACE, '--kubeconfig', target.kubeconfigPath],
    { environment: process.env, signal },
  );
  if (code !== 0) throw new LocalStackError(`helm ${args[0]} failed: ${lastLine(stderr)}`);
}
