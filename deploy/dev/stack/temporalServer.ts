import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTE_TYPES } from '../../../src/domain/kubernetes/names.ts';
import { Child, type OnUnexpectedExit } from './child.ts';
import { probe } from './probe.ts';

export interface TemporalServerOptions {
  readonly binary: string;
  readonly directory: string;
  readonly port: number;
  readonly uiPort: number;
  readonly metricsPort: number;
  readonly onUnexpectedExit: OnUnexpectedExit;
}

export const TEMPORAL_NAMESPACE = 'default';

/** Temporal's development server with its UI, on a file: registrations survive a restart. */
export function temporalServer(options: TemporalServerOptions): Child {
  const address = `127.0.0.1:${options.port}`;
  return new Child({
    name: 'temporal',
    command: options.binary,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      `--port=${options.port}`,
      `--ui-port=${options.uiPort}`,
      `--metrics-port=${options.metricsPort}`,
      `--namespace=${TEMPORAL_NAMESPACE}`,
      `--db-filename=${join(options.directory, 'temporal.db')}`,
      // Six times the throughput of a file with the defaults; only a power cut would punish it.
      '--sqlite-pragma=journal_mode=WAL',
      '--sqlite-pragma=synchronous=OFF',
      '--log-level=warn',
      ...searchAttributes(),
    ],
    logFile: join(options.directory, 'logs', 'temporal.log'),
    isHealthy: async () =>
      (await hasSearchAttributes(address)) && (await probe(`http://127.0.0.1:${options.uiPort}/`)) === 200,
    onUnexpectedExit: options.onUnexpectedExit,
  });
}

function searchAttributes(): string[] {
  return Object.entries(SEARCH_ATTRIBUTE_TYPES).map(([name, type]) => `--search-attribute=${name}=${type}`);
}

/** The server answers before its namespace and search attributes are usable: only they count as healthy. */
async function hasSearchAttributes(address: string): Promise<boolean> {
  // Without interceptors nothing is retried: a retry after close() would throw outside of any promise.
  const connection = await Connection.connect({ address, connectTimeout: 1000, interceptors: [] });
  try {
    const { customAttributes } = await connection.withDeadline(
      Date.now() + 2000,
      async () => await connection.operatorService.listSearchAttributes({ namespace: TEMPORAL_NAMESPACE }),
    );
    return Object.keys(SEARCH_ATTRIBUTE_TYPES).every((name) => customAttributes?.[name] !== undefined);
  } finally {
    await connection.close();
  }
}
