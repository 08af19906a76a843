import { createServer } from 'node:net';
import { NativeConnection, type NativeConnectionOptions, Runtime } from '@temporalio/worker';
import axios from 'axios';
import { describeError, type Logger } from '../telemetry/logger.ts';
import { sdkLogger } from '../telemetry/sdkLogger.ts';

/** The SDK of Temporal in this process: its log lines become ours, and its metrics are read here. */
export interface SdkRuntime {
  /**
   * Connects once. A server that accepts a connection and says nothing is given up after ten seconds; the next call waits for the same
   * connection.
   * @throws what the SDK saw
   */
  connect(options: NativeConnectionOptions | undefined): Promise<NativeConnection>;
  /** The SDK's metrics as Prometheus text; undefined while there is no connection, and where they cannot be had. */
  metricsText(): Promise<string | undefined>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Another program may take a port between the moment it is found free and the moment it is used. */
const PORT_TRIES = 3;
const READ_TIMEOUT_MS = 2_000;

/** The SDK serves its metrics by HTTP alone, so they get a free port of the loopback interface. */
export function createSdkRuntime(logger: Logger): SdkRuntime {
  let address: string | undefined;
  let pending: Promise<NativeConnection> | undefined;

  /** Without a port everything works but the metrics. */
  async function install(): Promise<void> {
    let failure: unknown;
    for (let tries = 1; tries <= PORT_TRIES; tries += 1) {
      address = `127.0.0.1:${await freePort()}`;
      try {
        Runtime.install(runtimeOptions(logger, address));
        return;
      } catch (error) {
        failure = error;
      }
    }
    address = undefined;
    logger.warn(
      { error: describeError(failure) },
      'The metrics of Temporal cannot be served, so /metrics lacks them, and failing workflow tasks are not counted',
    );
    Runtime.install(runtimeOptions(logger));
  }

  /** The SDK ends its runtime when a connection fails, so each one begins with a new one. */
  async function begin(options: NativeConnectionOptions | undefined): Promise<NativeConnection> {
    await install();
    return await NativeConnection.connect(options);
  }

  return {
    async connect(options) {
      pending ??= begin(options);
      pending.catch(() => {
        pending = undefined;
      });
      const connection = await Promise.race([pending, timeout()]);
      if (connection === undefined) throw new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`);
      pending = undefined;
      return connection;
    },
    metricsText: async () => (address === undefined ? undefined : await read(`http://${address}/metrics`)),
  };
}

function timeout(): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), CONNECT_TIMEOUT_MS).unref();
  });
}

function runtimeOptions(logger: Logger, bindAddress?: string): Parameters<typeof Runtime.install>[0] {
  return {
    // The workers must not act on signals by themselves: the watcher stops first.
    shutdownSignals: [],
    logger: sdkLogger(logger),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(bindAddress !== undefined && {
        metrics: {
          attachServiceName: false,
          prometheus: {
            bindAddress,
            countersTotalSuffix: true,
            unitSuffix: true,
            useSecondsForDurations: true,
          },
        },
      }),
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('the system names no port');
  return address.port;
}

async function read(url: string): Promise<string | undefined> {
  try {
    const { data } = await axios.get<string>(url, {
      responseType: 'text',
      timeout: READ_TIMEOUT_MS,
      proxy: false,
    });
    return data;
  } catch {
    return undefined;
  }
}
