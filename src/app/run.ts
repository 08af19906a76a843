import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import { aborted } from '../kubernetes/clock.ts';
import { loadSettings, loadTemporalConfig, logLevelOf } from '../config/loadSettings.ts';
import { connectTemporal } from './temporal.ts';
import { createClients } from '../kubernetes/client/clients.ts';
import { loadKubeConfig, ownNamespace } from '../kubernetes/client/kubeConfig.ts';
import { type PartHealth, serveHealth } from '../telemetry/health.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { sdkLogger } from '../telemetry/sdkLogger.ts';
import { type RecordKeys, recordKeysOf } from './recordKeys.ts';
import { gatewayFault, standIdle } from './standIdle.ts';
import { buildView } from './view.ts';
import { buildWatcher } from './watch.ts';
import { startWorkers } from './worker.ts';

export interface Roles {
  readonly watcher: boolean;
  readonly worker: boolean;
}

const STARTING: PartHealth = { ready: false, detail: 'waiting for Temporal' };

/** Runs the chosen parts until SIGTERM or SIGINT; calls that are out to the gateway may end first. */
export async function run(roles: Roles): Promise<void> {
  const settings = loadSettings(process.env);
  const logger = createLogger(logLevelOf(settings));
  // The workers must not act on signals by themselves: the watcher stops first.
  Runtime.install({ shutdownSignals: [], logger: sdkLogger(logger) });
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.abort(signal));

  const metrics = createMetrics();
  const missingGateway = gatewayFault(settings);
  if (missingGateway !== undefined) {
    await standIdle({ port: settings.HTTP_PORT, fault: missingGateway, metrics, logger }, stopped.signal);
    return;
  }
  const seal = recordKeysOf(settings.RECORD_KEY_FILE, logger);
  const kubeConfig = loadKubeConfig();
  const clients = createClients(kubeConfig);
  const { view, paths } = buildView({ settings, clients, logger });
  const parts: Record<string, () => PartHealth> = {
    view: () => view.health(),
    ...startingParts(roles, seal),
  };
  const health = await serveHealth(settings.HTTP_PORT, parts, metrics);
  logger.info({ port: health.port, ...roles }, 'apig-orchestrator starts');

  const connection = await connectTemporal(logger, stopped.signal);
  const client = new Client({ connection, namespace: loadTemporalConfig().namespace });
  const instance = process.env['POD_NAME'] ?? `${hostname()}-${process.pid}`;

  const watcher = roles.watcher ? buildWatcher({ settings, seal, clients, view, client, logger }) : undefined;
  if (watcher) parts['watcher'] = () => watcher.health();
  view.start();
  watcher?.start();
  const workers = roles.worker
    ? await startWorkers({
        settings,
        seal,
        clients,
        view,
        paths,
        connection,
        metrics,
        logger,
        instance,
        ownNamespace: ownNamespace(kubeConfig, process.env['POD_NAMESPACE']),
      })
    : undefined;
  if (workers) parts['worker'] = workers.health;
  logger.info({}, 'apig-orchestrator runs');

  await Promise.race([aborted(stopped.signal), ...(workers ? [workers.done] : [])]);
  logger.info({ reason: String(stopped.signal.reason ?? 'the workers ended') }, 'apig-orchestrator stops');
  await watcher?.stop();
  workers?.shutdown();
  await workers?.done;
  // What activities look at outlives them.
  await view.stop();
  await clients.close();
  await connection.close();
  await health.close();
}

function startingParts(
  { watcher, worker }: Roles,
  keys: RecordKeys | undefined,
): Record<string, () => PartHealth> {
  return {
    ...(keys ? { recordKeys: () => keys.health() } : {}),
    ...(watcher ? { watcher: () => STARTING } : {}),
    ...(worker ? { worker: () => STARTING } : {}),
  };
}
