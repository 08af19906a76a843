import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Cluster } from '../../../deploy/dev/node/startCluster.ts';
import { lastLine, runTool, type ToolResult } from '../../../deploy/dev/stack/runTool.ts';

const CHART = fileURLToPath(new URL('../../../deploy/chart', import.meta.url));

const historySchema = z.array(z.object({ revision: z.number(), status: z.string() }));

/** A release of the chart, as somebody with Helm handles it. */
export class Release {
  readonly name: string;
  readonly namespace: string;
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal | undefined;

  /** @param signal ends what Helm is doing */
  constructor(cluster: Cluster, name: string, namespace: string, signal: AbortSignal | undefined) {
    this.#cluster = cluster;
    this.#signal = signal;
    this.name = name;
    this.namespace = namespace;
  }

  async install(values: readonly string[], ...flags: readonly string[]): Promise<void> {
    await this.#must('install', [this.name, CHART, ...withValues(values), ...flags]);
  }

  async upgrade(values: readonly string[]): Promise<void> {
    const flags = ['--reset-then-reuse-values', '--wait', '--timeout=3m'];
    await this.#must('upgrade', [this.name, CHART, ...withValues(values), ...flags]);
  }

  async test(): Promise<void> {
    await this.#must('test', [this.name]);
  }

  async rollback(revision: number): Promise<void> {
    await this.#must('rollback', [this.name, String(revision), '--wait', '--timeout=3m']);
  }

  /** The number of the latest revision. */
  async revision(): Promise<number> {
    const { stdout } = await this.#must('history', [this.name, '--output=json']);
    return Math.max(...historySchema.parse(JSON.parse(stdout)).map(({ revision }) => revision));
  }

  /** What Helm says when it refuses; undefined when the release is gone. */
  async uninstall(...flags: readonly string[]): Promise<string | undefined> {
    const { code, stdout, stderr } = await this.#helm('uninstall', [this.name, '--wait', ...flags]);
    return code === 0 ? undefined : `${stdout}${stderr}`;
  }

  async #must(command: string, args: readonly string[]): Promise<ToolResult> {
    const result = await this.#helm(command, args);
    if (result.code !== 0)
      throw new Error(`helm ${command} failed: ${lastLine(result.stderr)}\n${result.stdout}`);
    return result;
  }

  async #helm(command: string, args: readonly string[]): Promise<ToolResult> {
    const place = [`--namespace=${this.namespace}`, `--kubeconfig=${this.#cluster.kubeconfigPath}`];
    return await runTool(await this.#cluster.binary('helm'), [command, ...args, ...place], {
      environment: process.env,
      signal: this.#signal,
    });
  }
}

function withValues(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => ['--set', value]);
}
