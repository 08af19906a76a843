import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildSpec } from './child.ts';
import { IMPLEMENTED } from './exampleComponent.ts';
import { probe } from './probe.ts';

const MAIN = fileURLToPath(new URL('../../examples/implementation/main.ts', import.meta.url));

/** The server that plays every implementation of the example component. */
export function implementationChild({
  directory,
  port,
}: {
  readonly directory: string;
  readonly port: number;
}): ChildSpec {
  return {
    name: 'implementation',
    command: process.execPath,
    args: [
      MAIN,
      '--name',
      'example',
      '--port',
      String(port),
      ...IMPLEMENTED.flatMap((api) => ['--api', api]),
    ],
    logFile: join(directory, 'logs', 'implementation.log'),
    isHealthy: async () =>
      (await probe(`http://127.0.0.1:${port}/specifications/TMF669-PartyRole-v4.0.0.json`)) === 200,
  };
}
