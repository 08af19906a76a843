import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildSpec } from './child.ts';
import { localAddresses } from './exampleComponent.ts';
import { probe } from './probe.ts';

const MAIN = fileURLToPath(new URL('../simulator/main.ts', import.meta.url));

export interface GatewayOptions {
  readonly directory: string;
  readonly ports: Readonly<Record<'gateway' | 'gatewayAdmin' | 'implementation', number>>;
}

/** The stand-in gateway; what is registered survives a restart in the same folder. */
export function gatewayChild({ directory, ports }: GatewayOptions): ChildSpec {
  return {
    name: 'gateway',
    command: process.execPath,
    args: [
      MAIN,
      '--port',
      String(ports.gateway),
      '--admin-port',
      String(ports.gatewayAdmin),
      '--address',
      localAddresses(ports.implementation),
      '--state-file',
      join(directory, 'gateway.json'),
    ],
    logFile: join(directory, 'logs', 'gateway.log'),
    isHealthy: async () => (await probe(`http://127.0.0.1:${ports.gatewayAdmin}/_admin/healthz`)) === 200,
  };
}
