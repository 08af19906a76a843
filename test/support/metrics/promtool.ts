import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { runTool } from '../../../deploy/dev/stack/runTool.ts';
import { Toolchain } from '../../../deploy/dev/stack/toolchain.ts';

export const ALERTS_FILE = fileURLToPath(new URL('../../../deploy/chart/files/alerts.yaml', import.meta.url));
/** Building promtool, where it is not at hand, and waiting for the turn. */
export const PROMTOOL_TIMEOUT_MS = 15 * 60_000;

const toolchain = new Toolchain({
  environment: process.env,
  onProgress: ({ state, detail }) => {
    if (state === 'working') process.stderr.write(`promtool: ${detail}\n`);
  },
});

/** Has promtool at hand for what follows; builds it where it is not. */
export async function obtainPromtool(): Promise<void> {
  await toolchain.path('promtool');
}

/** Values of series over time, as promtool writes them: one a minute. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** Alerts that fire at a time, by name. @throws with promtool's complaint where others do, or some do not */
export async function expectFiring(
  series: readonly InputSeries[],
  expected: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const test = {
    rule_files: [ALERTS_FILE],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: series,
        promql_expr_test: Object.entries(expected).map(([time, names]) => ({
          expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: time,
          exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
        })),
      },
    ],
  };
  await promtool(['test', 'rules'], stringify(test));
}

/** @throws with promtool's complaint where Prometheus cannot read one of them */
export async function checkExpressions(expressions: readonly string[]): Promise<void> {
  const rules = expressions.map((expr, index) => ({ record: `checked:${index}`, expr }));
  await promtool(['check', 'rules'], stringify({ groups: [{ name: 'checked', rules }] }));
}

async function promtool(args: readonly string[], file: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'apig-promtool-'));
  try {
    const path = join(directory, 'file.yaml');
    await writeFile(path, file);
    const { code, stdout, stderr } = await runTool(await toolchain.path('promtool'), [...args, path]);
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
