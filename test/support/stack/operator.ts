import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../../../deploy/dev/stack/child.ts';
import { choosePort } from '../../../deploy/dev/stack/ports.ts';
import { probe } from '../../../deploy/dev/stack/probe.ts';
import { workflowId, type ResourceRef } from '../../../src/domain/kubernetes/names.ts';
import { hearOnTimeout } from '../builders/eventually.ts';
import type { StackFacts } from './stackFacts.ts';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '../../../src/app/nodeFlags.ts';

/** Of the operators of a test file: each has its own modules. */
const TAKEN = new Set<number>();

/** What the image starts, too. */
const MAIN = fileURLToPath(new URL('../../../dist/app/main.mjs', import.meta.url));

export interface OperatorOptions {
  readonly namespaces: readonly string[];
  readonly gatewayUrl: string;
  /** Beside those that every test needs. */
  readonly settings?: Readonly<Record<string, string>>;
  /** To be the same operator as an earlier one, with other settings. Default: ids and task queues of its own. */
  readonly cluster?: string;
  /** Default: watcher and workers. */
  readonly role?: 'run' | 'worker';
}

/** The operator as a process of its own, not started yet. Starting it again is the same operator: same ids, same queues. */
export interface Operator {
  readonly cluster: string;
  /** Names the process in its lease. */
  readonly instance: string;
  /** Of its health and metrics. */
  readonly url: string;
  /** What `/readyz` says. */
  readonly readyz: () => Promise<string>;
  readonly process: Child;
  readonly workflowId: (ref: ResourceRef) => string;
}

/** `apig-orchestrator run` under the operator's ServiceAccount, for some namespaces of the shared stack. */
export async function createOperator(
  stack: StackFacts,
  {
    namespaces,
    gatewayUrl,
    settings = {},
    cluster = `o${randomBytes(4).toString('hex')}`,
    role = 'run',
  }: OperatorOptions,
): Promise<Operator> {
  const port = await choosePort('the operator', { preferred: portsOfWorker() }, TAKEN);
  const instance = `operator-${port}`;
  const url = `http://127.0.0.1:${port}/readyz`;
  const readyz = async (): Promise<string> => (await fetch(url)).text();
  const logFile = join(stack.directory, 'logs', `operator-${cluster}.log`);
  hearOnTimeout(async () => {
    const health = await readyz().catch((error: unknown) => `does not answer: ${String(error)}`);
    return `${instance}: ${health}\n${await lastLines(logFile)}`;
  });
  return {
    cluster,
    instance,
    url,
    readyz,
    workflowId: (ref) => workflowId(ref, cluster),
    process: new Child({
      name: `operator ${cluster}`,
      command: process.execPath,
      args: [...NODE_FLAGS, MAIN, role],
      environment: {
        ...process.env,
        ...MEMORY_ENVIRONMENT,
        KUBECONFIG: stack.operatorKubeconfigPath,
        TEMPORAL_ADDRESS: stack.temporalAddress,
        TEMPORAL_NAMESPACE: stack.temporalNamespace,
        TEMPORAL_UI_URL: stack.temporalUiUrl,
        CLUSTER_NAME: cluster,
        WATCH_NAMESPACES: namespaces.join(','),
        APIG_ENDPOINT: gatewayUrl,
        APIG_PUBLIC_URL: gatewayUrl,
        APIG_ALREADY_GONE: '0404',
        HTTP_PORT: String(port),
        // Started again after a crash, it is the same pod.
        POD_NAME: instance,
        LOG_LEVEL: 'warn',
        ...settings,
      },
      logFile,
      isHealthy: async () => (await probe(url)) === 200,
    }),
  };
}

/**
 * Ports that nobody but the operators of this Jest worker gets: one that is stopped, or not started yet, does not hold its port. They lie
 * below all that the stack chooses from.
 */
function portsOfWorker(): readonly number[] {
  const from = 12_000 + 400 * (Number(process.env['JEST_WORKER_ID'] ?? 0) % 20);
  return Array.from({ length: 20 }, () => randomInt(from, from + 400));
}

/** Of a log that several processes of one operator may share. */
async function lastLines(file: string, count = 25): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.slice(-count).join('\n');
}
