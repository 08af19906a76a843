/** `npm run bench`: what the operator costs and how fast it is, on the one-machine stack. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalStackError } from '../stack/localStackError.ts';
import { progressPrinter } from '../stack/progressPrinter.ts';
import { runCommand } from '../stack/runCommand.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { ApiClient } from './apiClient.ts';
import { startGateway } from './gateway.ts';
import { describeMachine } from './machine.ts';
import type { Result } from './figures.ts';
import { ROOT } from './operators.ts';
import { createProgram, type Options } from './options.ts';
import { replaceBetweenMarkers } from './page.ts';
import { findPrograms } from './proc.ts';
import { referenceMs } from './reference.ts';
import { report } from './report.ts';
import { runBench } from './runBench.ts';

const PAGE = join(ROOT, 'docs', 'performance.md');

await createProgram(async (options) => await runCommand(async () => await bench(options))).parseAsync();

async function bench(options: Options): Promise<void> {
  const stopped = new AbortController();
  const stop = (): void =>
    stopped.abort(new LocalStackError('The benchmark was stopped; nothing is left running.'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const directory = await mkdtemp(join(tmpdir(), 'apig-bench-'));
  const results: Result[] = [];
  let areLogsOfUse = true;
  try {
    await measure(options, directory, stopped, (result) => results.push(result));
    areLogsOfUse = false;
  } finally {
    // After a failure, too: hours of measuring must not be lost with the last turn.
    if (results.length > 0) await publish(results, options);
    if (areLogsOfUse && !stopped.signal.aborted)
      console.error(`The logs of every part are in ${join(directory, 'logs')}.`);
    else await rm(directory, { recursive: true, force: true });
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function measure(
  options: Options,
  directory: string,
  stopped: AbortController,
  onResult: (result: Result) => void,
): Promise<void> {
  const { signal } = stopped;
  const stack = await startStack({
    directory,
    signal,
    onProgress: progressPrinter({ isQuiet: true }),
    onUnexpectedExit: (_name, message) => stopped.abort(new LocalStackError(message)),
  });
  try {
    tell('The stack is up.');
    const gateway = await startGateway(directory);
    const client = new ApiClient(stack.kubeconfigPath, 8);
    const found = await programsOf({ ...stack, simulator: gateway.child });
    const programs = { ...found, benchmark: [process.pid] };
    try {
      await runBench({ stack, gateway, client, programs, signal, tell }, options, onResult);
    } finally {
      client.close();
      await gateway.child.stop();
    }
  } finally {
    await stack.stop();
  }
}

function tell(line: string): void {
  console.error(line);
}

type Measured = Pick<Stack, 'apiserver' | 'controllerManager' | 'etcd' | 'temporal'> & {
  readonly simulator: Stack['etcd'];
};

async function programsOf({
  apiserver,
  controllerManager,
  etcd,
  temporal,
  simulator,
}: Measured): Promise<Record<string, readonly number[]>> {
  const children = [apiserver, controllerManager, etcd, temporal, simulator];
  const found = children.map(async ({ name, pid }) => [name, await findPrograms(pid ?? 0)] as const);
  return Object.fromEntries(await Promise.all(found));
}

async function publish(results: readonly Result[], options: Options): Promise<void> {
  const { phases, json, write } = options;
  const lines = facts(options);
  const text = report(results, { phases, facts: lines });
  console.log(`\n${text}`);
  if (json !== undefined)
    await writeFile(resolve(json), `${JSON.stringify({ facts: lines, results }, undefined, 2)}\n`);
  if (write) await writeFile(PAGE, replaceBetweenMarkers(await readFile(PAGE, 'utf8'), text));
}

function facts({ apis, latencies, phases, operators, repeat }: Options): readonly string[] {
  const flags = [
    `--apis ${apis.join(',')}`,
    `--latency ${latencies.join(',')}`,
    `--only ${phases.join(',')}`,
    `--repeat ${repeat}`,
  ].join(' ');
  const labels = operators.map(({ label }) => label);
  const turns = labels.length === 1 ? labels : [...labels, ...labels.toReversed()];
  return [
    `Machine: ${describeMachine()}; ${Math.round(referenceMs())} ms for the reference work`,
    `Date: ${new Date().toISOString().slice(0, 10)}`,
    `Flags: \`${flags}\`; turns: ${turns.join(', ')}`,
  ];
}
