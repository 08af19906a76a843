import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import type { Child } from './child.ts';
import { IMPLEMENTED, localAddresses, readyEndpoints } from './exampleComponent.ts';
import { applyManifests } from './manifests.ts';
import { choosePort, type PortWish } from './ports.ts';
import { probe } from './probe.ts';
import { startStack, type Stack, type StackOptions } from './stack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type OperatedPort = 'gateway' | 'gatewayAdmin' | 'implementation' | 'operatorHealth';

export interface OperatedStackOptions extends StackOptions {
  /** Default: any free port for each. */
  readonly operatedPorts?: Partial<Record<OperatedPort, PortWish>>;
}

/** The stack with everything that makes registrations happen: the gateway, the example's servers, the operator. */
export interface OperatedStack extends Stack {
  readonly operatedPorts: Readonly<Record<OperatedPort, number>>;
  readonly gatewayUrl: string;
  readonly gatewayAdminUrl: string;
  /** Where the example's OpenAPI documents are. */
  readonly specificationsUrl: string;
  readonly operator: Child;
}

/** @throws LocalStackError in one line, after everything that had been started is stopped again. */
export async function startOperatedStack(options: OperatedStackOptions): Promise<OperatedStack> {
  const stack = await startStack({ ...options, tools: ['helm', 'kubectl'] });
  try {
    return await operate(stack, options);
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function operate(stack: Stack, options: OperatedStackOptions): Promise<OperatedStack> {
  const ports = await choosePorts(stack, options.operatedPorts ?? {});
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  const adminUrl = `http://127.0.0.1:${ports.gatewayAdmin}/_admin`;
  const onProgress = options.onProgress ?? (() => undefined);
  const start = async (
    name: string,
    args: readonly string[],
    healthUrl: string,
    environment = {},
  ): Promise<Child> => {
    onProgress({ part: name, state: 'working', detail: 'starting' });
    const child = await stack.startChild({
      name,
      command: process.execPath,
      args: args.map((arg) => (arg.endsWith('.ts') ? join(ROOT, arg) : arg)),
      environment: { ...process.env, ...environment },
      logFile: join(stack.directory, 'logs', `${name}.log`),
      isHealthy: async () => (await probe(healthUrl)) === 200,
      ...(options.onUnexpectedExit ? { onUnexpectedExit: options.onUnexpectedExit } : {}),
    });
    onProgress({ part: name, state: 'done', detail: 'ready' });
    return child;
  };

  await start(
    'implementation',
    [
      'deploy/examples/implementation/main.ts',
      '--name',
      'example',
      '--port',
      String(ports.implementation),
      ...IMPLEMENTED.flatMap((api) => ['--api', api]),
    ],
    `http://127.0.0.1:${ports.implementation}/specifications/TMF669-PartyRole-v4.0.0.json`,
  );
  await start(
    'gateway',
    [
      'deploy/simulator/main.ts',
      '--port',
      String(ports.gateway),
      '--admin-port',
      String(ports.gatewayAdmin),
      '--address',
      localAddresses(ports.implementation),
      '--state-file',
      join(stack.directory, 'gateway.json'),
    ],
    `${adminUrl}/healthz`,
  );
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  await applyManifests(kubeConfig, readyEndpoints());
  const operator = await start(
    'operator',
    ['src/main.ts', 'run'],
    `http://127.0.0.1:${ports.operatorHealth}/readyz`,
    {
      KUBECONFIG: stack.operatorKubeconfigPath,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      TEMPORAL_NAMESPACE: stack.temporalNamespace,
      TEMPORAL_UI_URL: stack.temporalUiUrl,
      APIG_ENDPOINT: gatewayUrl,
      APIG_PUBLIC_URL: gatewayUrl,
      APIG_ALREADY_GONE: '0404',
      COMPONENT_CONTROLLER: 'embedded',
      READINESS_DEBOUNCE: '5s',
      APIG_TIMEOUT: '5s',
      HTTP_PORT: String(ports.operatorHealth),
    },
  );
  return {
    ...stack,
    operatedPorts: ports,
    gatewayUrl,
    gatewayAdminUrl: adminUrl,
    specificationsUrl: `http://127.0.0.1:${ports.implementation}/specifications`,
    operator,
  };
}

async function choosePorts(
  stack: Stack,
  wishes: Partial<Record<OperatedPort, PortWish>>,
): Promise<Record<OperatedPort, number>> {
  const taken = new Set(Object.values(stack.ports));
  const choose = (name: OperatedPort): Promise<number> => choosePort(name, wishes[name] ?? {}, taken);
  return {
    gateway: await choose('gateway'),
    gatewayAdmin: await choose('gatewayAdmin'),
    implementation: await choose('implementation'),
    operatorHealth: await choose('operatorHealth'),
  };
}
