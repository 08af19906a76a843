import { KubeConfig } from '@kubernetes/client-node';
import type { Child, ChildSpec } from './child.ts';
import { readyEndpoints } from './exampleComponent.ts';
import { gatewayChild } from './gatewayChild.ts';
import { implementationChild } from './implementationChild.ts';
import { installExample } from './installExample.ts';
import { LocalStackError } from './localStackError.ts';
import { applyManifests } from './manifests.ts';
import { operatorChild } from './operatorChild.ts';
import { choosePort } from './ports.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';
import type { OperatedPort, PortWishes, StackPort } from './stackPorts.ts';

export interface OperatedStackOptions extends Omit<StackOptions, 'taken' | 'tools'> {
  readonly ports?: PortWishes;
  /** Whether the example component is installed and registered before the start counts as done. Default: no. */
  readonly withExample?: boolean;
}

/** The stack with everything that makes registrations happen: the gateway, the example's servers, the operator. */
export interface OperatedStack extends Stack {
  readonly ports: Readonly<Record<StackPort | OperatedPort, number>>;
  readonly gatewayUrl: string;
  readonly gatewayAdminUrl: string;
  /** Where the example's OpenAPI documents are. */
  readonly specificationsUrl: string;
  readonly operator: Child;
}

type OperatedPorts = Readonly<Record<OperatedPort, number>>;

/** @throws LocalStackError in one line, after everything that had been started is stopped again. */
export async function startOperatedStack(options: OperatedStackOptions): Promise<OperatedStack> {
  const taken = new Set<number>();
  const ports = await choosePorts(options.ports ?? {}, taken);
  const stack = await startStack({ ...options, taken, tools: ['helm', 'kubectl'] });
  const { signal } = options;
  const abort = (): void => void stack.stop();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await operate(stack, ports, options);
  } catch (error) {
    await stack.stop();
    throw signal?.aborted === true ? new LocalStackError('The start was stopped.') : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Nothing here waits for another: the gateway and the component may come after the operator, as in a cluster. */
async function operate(
  stack: Stack,
  ports: OperatedPorts,
  { withExample = false, onProgress = () => undefined, onUnexpectedExit, signal }: OperatedStackOptions,
): Promise<OperatedStack> {
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  const specificationsUrl = `http://127.0.0.1:${ports.implementation}/specifications`;
  const { directory } = stack;
  const start = async (spec: ChildSpec): Promise<Child> =>
    await stack.startChild({ ...spec, ...(onUnexpectedExit ? { onUnexpectedExit } : {}) });
  const furnish = async (): Promise<void> => {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(stack.kubeconfigPath);
    await applyManifests(kubeConfig, readyEndpoints());
    if (!withExample) return;
    onProgress({ part: 'example component', state: 'working', detail: 'installing' });
    await installExample({ ...stack, specificationsUrl }, signal);
    onProgress({ part: 'example component', state: 'done', detail: 'registered' });
  };
  const [operator] = await Promise.all([
    start(operatorChild({ stack, gatewayUrl, healthPort: ports.operatorHealth })),
    start(gatewayChild({ directory, ports })),
    start(implementationChild({ directory, port: ports.implementation })),
    furnish(),
  ]);
  return {
    ...stack,
    ports: { ...stack.ports, ...ports },
    gatewayUrl,
    gatewayAdminUrl: `http://127.0.0.1:${ports.gatewayAdmin}/_admin`,
    specificationsUrl,
    operator,
  };
}

/** Before anything is started, so that a port that is taken costs no time. */
async function choosePorts(wishes: PortWishes, taken: Set<number>): Promise<OperatedPorts> {
  const choose = async (name: OperatedPort): Promise<number> =>
    await choosePort(name, wishes[name] ?? {}, taken);
  return {
    gateway: await choose('gateway'),
    gatewayAdmin: await choose('gatewayAdmin'),
    implementation: await choose('implementation'),
    operatorHealth: await choose('operatorHealth'),
  };
}
