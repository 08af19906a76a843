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
  await expectSamples(
    series,
    Object.entries(expected).map(([time, names]) => ({
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: time,
      exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
    })),
  );
}

/** @throws with promtool's complaint where one of the expressions finds nothing in these series after an hour */
export async function expectFindings(
  series: readonly InputSeries[],
  expressions: readonly string[],
): Promise<void> {
  await expectSamples(
    series,
    expressions.map((expr) => ({
      expr: `group(${expr})`,
      eval_time: '1h',
      exp_samples: [{ labels: '{}', value: 1 }],
    })),
  );
}

async function expectSamples(series: readonly InputSeries[], asked: readonly object[]): Promise<void> {
  const test = {
    rule_files: [ALERTS_FILE],
    evaluation_interval: '1m',
    tests: [{ interval: '1m', input_series: series, promql_expr_test: asked }],
  };
  await promtool(['test', 'rules'], stringify(test));
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
