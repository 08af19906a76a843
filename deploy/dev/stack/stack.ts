import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BinaryName } from './binaries.ts';
import { Child, type ChildSpec, type OnUnexpectedExit } from './child.ts';
import { startControlPlane } from './controlPlane.ts';
import { LocalStackError } from './localStackError.ts';
import { auditLogPath } from './kubeApiserver.ts';
import { choosePort, LOOPBACK } from './ports.ts';
import type { OnProgress } from './progress.ts';
import type { PortWishes, StackPort } from './stackPorts.ts';
import { TEMPORAL_NAMESPACE, temporalServer } from './temporalServer.ts';
import { Toolchain } from './toolchain.ts';

export interface StackOptions {
  /** Holds data, logs, keys and kubeconfigs; a later start in the same folder finds its data again. */
  readonly directory: string;
  /** Where the API server listens. Default: the loopback address; at another one a node may join (deploy/dev/node). */
  readonly address?: string;
  /** Default: any free port for each. */
  readonly ports?: PortWishes<StackPort>;
  /** Ports that are promised to others. */
  readonly taken?: ReadonlySet<number>;
  /** Programs that must be at hand besides those of the stack itself, for instance helm. */
  readonly tools?: readonly BinaryName[];
  readonly onProgress?: OnProgress;
  /** Ends a start that is under way; what had been started is stopped. */
  readonly signal?: AbortSignal;
  /** Told when a part ends by itself. */
  readonly onUnexpectedExit?: OnUnexpectedExit;
}

/** A running control plane and Temporal server, and how to reach them. */
export interface Stack {
  readonly directory: string;
  readonly ports: Readonly<Record<StackPort, number>>;
  /** An administrator's access. */
  readonly kubeconfigPath: string;
  /** The access of deploy/rbac, under the operator's own ServiceAccount. */
  readonly operatorKubeconfigPath: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl: string;
  /** JSON lines of audit.k8s.io/v1 Events, level Metadata, written before the request is answered. */
  readonly auditLogPath: string;
  readonly etcd: Child;
  readonly apiserver: Child;
  readonly controllerManager: Child;
  readonly temporal: Child;
  /** The path of a program of the toolchain, made first if need be. */
  readonly binary: (name: BinaryName) => Promise<string>;
  /** Starts one more program that ends with the stack; it is stopped before those started earlier. */
  readonly startChild: (spec: ChildSpec) => Promise<Child>;
  readonly children: () => readonly Child[];
  /** Ends everything, last started first. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the one-machine stack; each part as soon as its program is there and what it needs answers.
 *
 * @throws LocalStackError in one line, after everything that had been started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const starting = new StackStart(options);
  const { signal } = options;
  const abort = (): void => void starting.stop();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await starting.run();
  } catch (error) {
    await starting.stop();
    throw signal?.aborted === true ? new LocalStackError('The start was stopped.') : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

class StackStart {
  readonly #options: StackOptions;
  readonly #toolchain: Toolchain;
  readonly #children: Child[] = [];
  readonly #onProgress: OnProgress;
  readonly #onUnexpectedExit: OnUnexpectedExit;

  constructor(options: StackOptions) {
    this.#options = options;
    this.#onProgress = options.onProgress ?? (() => undefined);
    this.#onUnexpectedExit = options.onUnexpectedExit ?? (() => undefined);
    this.#toolchain = new Toolchain({
      environment: process.env,
      onProgress: this.#onProgress,
      signal: options.signal,
    });
  }

  async run(): Promise<Stack> {
    const { directory, address = LOOPBACK, tools = [] } = this.#options;
    await mkdir(join(directory, 'logs'), { recursive: true });
    const ports = await this.#choosePorts();
    const controlPlane = startControlPlane({
      directory,
      address,
      ports,
      binary: async (name) => await this.#toolchain.path(name),
      start: async (child) => await this.#start(child),
      onProgress: this.#onProgress,
      onUnexpectedExit: this.#onUnexpectedExit,
    });
    const temporal = this.#startTemporal(ports);
    const helpers = Promise.all(tools.map(async (name) => await this.#toolchain.path(name)));
    // All are waited for even when one fails: what is still starting must be known before it can be stopped.
    await Promise.allSettled([controlPlane, temporal, helpers]);
    await helpers;
    return {
      directory,
      ports,
      ...(await controlPlane),
      temporalAddress: `127.0.0.1:${ports.temporal}`,
      temporalNamespace: TEMPORAL_NAMESPACE,
      temporalUiUrl: `http://127.0.0.1:${ports.temporalUi}`,
      auditLogPath: auditLogPath(directory),
      temporal: await temporal,
      binary: async (name) => await this.#toolchain.path(name),
      startChild: async (spec) => await this.#start(new Child(spec)),
      children: () => this.#children,
      stop: async () => await this.stop(),
    };
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) await child.stop();
  }

  async #choosePorts(): Promise<Record<StackPort, number>> {
    const taken = new Set(this.#options.taken);
    const choose = async (name: StackPort): Promise<number> =>
      await choosePort(name, this.#options.ports?.[name] ?? {}, taken);
    return {
      apiserver: await choose('apiserver'),
      etcd: await choose('etcd'),
      etcdPeer: await choose('etcdPeer'),
      controllerManager: await choose('controllerManager'),
      temporal: await choose('temporal'),
      temporalUi: await choose('temporalUi'),
      temporalMetrics: await choose('temporalMetrics'),
    };
  }

  async #startTemporal(ports: Record<StackPort, number>): Promise<Child> {
    return await this.#start(
      temporalServer({
        binary: await this.#toolchain.path('temporal'),
        directory: this.#options.directory,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        metricsPort: ports.temporalMetrics,
        onUnexpectedExit: this.#onUnexpectedExit,
      }),
    );
  }

  async #start(child: Child): Promise<Child> {
    if (this.#options.signal?.aborted === true) throw new LocalStackError('The start was stopped.');
    this.#onProgress({ part: child.name, state: 'working', detail: 'starting' });
    this.#children.push(child);
    await child.start();
    this.#onProgress({ part: child.name, state: 'done', detail: 'ready' });
    return child;
  }
}
