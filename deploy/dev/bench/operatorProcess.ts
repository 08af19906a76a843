import { execFile } from 'node:child_process';
import { readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from '../stack/child.ts';
import { choosePort } from '../stack/ports.ts';
import { probe } from '../stack/probe.ts';
import { isGoneWithin, signal } from '../stack/processes.ts';
import type { Bench } from './bench.ts';
import { searchPath, type OperatorSpec } from './operators.ts';
import { findPrograms } from './proc.ts';

/** One operator as processes under our ServiceAccount, not started yet. */
export interface OperatorProcess {
  /** Its programs, while it runs. */
  readonly programs: () => readonly number[];
  /**
   * Starts it; resolves, when it is ready, to the milliseconds that it took.
   * @param pod ends its POD_NAME; default: as before
   */
  start(pod?: string): Promise<number>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Lets it end by itself; what is left after 20 s is killed. */
  stop(): Promise<void>;
  /** The commit of the folder that it runs in; undefined while it does not run, or outside of any repository. */
  commit(): Promise<string | undefined>;
}

/** Limits off: the gateway must not be what is measured. */
const SETTINGS = {
  APIG_MAX_RPS: '1000',
  APIG_MAX_CONCURRENCY: '100',
  APIG_ALREADY_GONE: '0404',
  COMPONENT_CONTROLLER: 'external',
  LOG_LEVEL: 'warn',
};
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * @param namespace the one namespace of its APIs, also its CLUSTER_NAME, so that no state of another turn is found
 * @param onDeath told when it ends without having been asked to
 */
export async function createOperatorProcess(
  { stack, gateway }: Bench,
  spec: OperatorSpec,
  namespace: string,
  onDeath: (message: string) => void,
): Promise<OperatorProcess> {
  const port = await choosePort(spec.label, {}, new Set());
  const podFile = join(stack.directory, `bench-${namespace}.pod`);
  await writeFile(podFile, '');
  let startedAt = 0;
  let isStopping = false;
  let programs: readonly number[] = [];
  const child = new Child({
    name: `operator ${spec.label}`,
    command: '/bin/sh',
    args: ['-c', `cd "$BENCH_DIRECTORY" && POD_NAME="$POD_NAME$(cat "$BENCH_POD")" && ${spec.command}`],
    environment: {
      ...process.env,
      PATH: searchPath(process.env['PATH']),
      KUBECONFIG: stack.operatorKubeconfigPath,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      TEMPORAL_NAMESPACE: stack.temporalNamespace,
      TEMPORAL_UI_URL: stack.temporalUiUrl,
      APIG_ENDPOINT: gateway.url,
      APIG_PUBLIC_URL: gateway.url,
      CLUSTER_NAME: namespace,
      WATCH_NAMESPACES: namespace,
      BENCH_NAMESPACE: namespace,
      BENCH_DIRECTORY: spec.cwd,
      BENCH_POD: podFile,
      HTTP_PORT: String(port),
      // Started again, it is the same pod.
      POD_NAME: `bench-${namespace}`,
      ...SETTINGS,
      ...spec.settings,
    },
    logFile: join(stack.directory, 'logs', `bench-${namespace}.log`),
    isHealthy: async () =>
      spec.readyAfterMs === undefined
        ? (await probe(`http://127.0.0.1:${port}/readyz`)) === 200
        : performance.now() - startedAt >= spec.readyAfterMs,
    startTimeoutMs: START_TIMEOUT_MS,
    stopTimeoutMs: STOP_TIMEOUT_MS,
    onUnexpectedExit: (_name, message) => {
      if (!isStopping) onDeath(message);
    },
  });
  return {
    programs: () => programs,
    async start(pod) {
      if (pod !== undefined) await writeFile(podFile, pod);
      isStopping = false;
      startedAt = performance.now();
      await child.start();
      const took = performance.now() - startedAt;
      programs = child.pid === undefined ? [] : await findPrograms(child.pid);
      return took;
    },
    async kill() {
      isStopping = true;
      await child.kill();
      programs = [];
    },
    async stop() {
      isStopping = true;
      const [first] = programs;
      // A shell that did not exec would die of the signal and leave its program to be killed: the program is told first.
      if (first !== undefined && child.isRunning) {
        signal(first, 'SIGTERM');
        await isGoneWithin(first, STOP_TIMEOUT_MS);
      }
      await child.stop();
      programs = [];
    },
    async commit() {
      const [pid] = programs;
      return pid === undefined
        ? undefined
        : await commitOf(await readlink(`/proc/${pid}/cwd`).catch(() => spec.cwd));
    },
  };
}

/** The short commit that is checked out in a folder, with `+` where tracked files differ; undefined outside of a repository. */
async function commitOf(cwd: string): Promise<string | undefined> {
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', args, { cwd })).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=8', 'HEAD');
    return (await git('status', '--porcelain', '--untracked-files=no')) === '' ? commit : `${commit}+`;
  } catch {
    return undefined;
  }
}
