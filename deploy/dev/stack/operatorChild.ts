import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildSpec } from './child.ts';
import { probe } from './probe.ts';
import type { Stack } from './stack.ts';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '../../../src/app/nodeFlags.ts';

const MAIN = fileURLToPath(new URL('../../../src/app/main.ts', import.meta.url));

export interface OperatorOptions {
  readonly stack: Stack;
  readonly gatewayUrl: string;
  readonly healthPort: number;
}

/** The operator as it runs in a cluster, under the rights of deploy/rbac. */
export function operatorChild({ stack, gatewayUrl, healthPort }: OperatorOptions): ChildSpec {
  return {
    name: 'operator',
    command: process.execPath,
    args: [...NODE_FLAGS, MAIN, 'run'],
    environment: {
      ...process.env,
      ...MEMORY_ENVIRONMENT,
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
      HTTP_PORT: String(healthPort),
      // Started again after a crash, it is the same pod, whose lease is still its own.
      POD_NAME: 'apig-orchestrator-local',
    },
    logFile: join(stack.directory, 'logs', 'operator.log'),
    isHealthy: async () => (await probe(`http://127.0.0.1:${healthPort}/readyz`)) === 200,
  };
}
