import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { loadSettings, logLevelOf } from '../config/loadSettings.ts';
import type { Settings } from '../config/settings.ts';
import { type Clients, createClients } from '../kubernetes/client/clients.ts';
import { loadKubeConfig, ownNamespace } from '../kubernetes/client/kubeConfig.ts';
import { createRefusedRights, type RefusedRights } from '../kubernetes/client/refusedRights.ts';
import { aborted, systemClock } from '../kubernetes/clock.ts';
import { checkGatewayFiles } from '../gateway/createGateway.ts';
import { type PartHealth, serveHealth } from '../telemetry/health.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { needSecretFiles, secretFolders } from './mountedSecrets.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { obtain } from './obtain.ts';
import { openTemporal, type Temporal } from './openTemporal.ts';
import { type RecordKeys, recordKeysOf } from './recordKeys.ts';
import { meterBuild, meterParts } from './meterParts.ts';
import { createSdkRuntime, type SdkRuntime } from './sdkRuntime.ts';
import { gatewayFault, standIdle } from './standIdle.ts';
import { warnOfSharedAddresses } from './sharedAddresses.ts';
import { createTaskFailures } from './taskFailures.ts';
import { buildView } from './view.ts';
import { openTracing, traceSignals } from './traces.ts';
import { buildWatcher } from './watch.ts';
import { startWorkers } from './worker.ts';

export interface Roles {
  readonly watcher: boolean;
  readonly worker: boolean;
}

/** What all parts of the process share. */
interface App {
  readonly roles: Roles;
  readonly settings: Settings;
  readonly sdk: SdkRuntime;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Which process speaks: the pod's name. */
  readonly instance: string;
  /** Undefined: none is asked for. */
  readonly tracing: Tracing | undefined;
  /** What `/readyz` shows. */
  readonly parts: Record<string, () => PartHealth>;
}

/** Undefined: nothing is sealed. */
interface Sealing {
  readonly keys: RecordKeys | undefined;
}

/** The API server as this process reaches it. */
interface Cluster {
  readonly clients: Clients;
  readonly rights: RefusedRights;
  readonly ownNamespace: string;
}

const NOT_STARTED: PartHealth = { ready: false, detail: 'not started: it needs Kubernetes and Temporal' };

/**
 * Runs the chosen parts until SIGTERM or SIGINT; calls that are out to the gateway may end first. What is missing at the start is waited
 * for.
 */
export async function run(roles: Roles): Promise<void> {
  const settings = loadSettings(process.env);
  const logger = createLogger(logLevelOf(settings));
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.abort(signal));
  const sdk = createSdkRuntime(logger);
  const metrics = createMetrics(() => sdk.metricsText());
  const missingGateway = gatewayFault(settings);
  if (missingGateway !== undefined) {
    await standIdle({ port: settings.HTTP_PORT, fault: missingGateway, metrics, logger }, stopped.signal);
    return;
  }
  const parts: App['parts'] = startingParts(roles);
  const health = await serveHealth(settings.HTTP_PORT, parts, metrics);
  logger.info({ port: health.port, ...roles }, 'apig-orchestrator starts');
  const instance = process.env['POD_NAME'] ?? `${hostname()}-${process.pid}`;
  const tracing = await openTracing(process.env, { instance, logger });
  await runParts({ roles, settings, sdk, metrics, logger, instance, tracing, parts }, stopped.signal);
  await tracing?.stop();
  await health.close();
  // The last line: whoever finds it knows that nothing was cut off.
  logger.info('apig-orchestrator has stopped');
}

function startingParts({ watcher, worker }: Roles): Record<string, () => PartHealth> {
  return {
    view: () => NOT_STARTED,
    ...(watcher ? { watcher: () => NOT_STARTED } : {}),
    ...(worker ? { worker: () => NOT_STARTED } : {}),
  };
}

/** All are asked for at the same time, so that `/readyz` tells at once all that is missing. */
async function runParts(app: App, stopped: AbortSignal): Promise<void> {
  const context = { ...app, clock: systemClock };
  const [sealing, credentials, cluster, temporal] = await Promise.all([
    obtain(
      { part: 'recordKeys', detail: 'reading RECORD_KEY_FILE', get: () => readKeys(app) },
      context,
      stopped,
    ),
    obtain(
      { part: 'gateway', detail: 'reading APIG_AUTH_FILE and APIG_CA_FILE', get: () => seeGatewayFiles(app) },
      context,
      stopped,
    ),
    obtain(
      { part: 'kubernetes', detail: 'reading the kubeconfig', get: () => openCluster(app) },
      context,
      stopped,
    ),
    obtain(
      { part: 'temporal', detail: 'connecting to Temporal', get: () => openTemporal(app.sdk, app.settings) },
      context,
      stopped,
    ),
  ]);
  if (sealing && credentials && cluster && temporal)
    await work(app, { ...sealing, ...cluster, ...temporal }, stopped);
  await cluster?.clients.close();
  await temporal?.connection.close();
}

async function readKeys({ settings, logger }: App): Promise<Sealing> {
  const { RECORD_KEY_FILE, SECRET_FOLDERS } = settings;
  needSecretFiles({ RECORD_KEY_FILE }, secretFolders(SECRET_FOLDERS));
  return { keys: recordKeysOf(RECORD_KEY_FILE, logger) };
}

/** A Secret that is mounted later than the process starts is waited for, or every call would fail for a while. */
async function seeGatewayFiles({ roles, settings }: App): Promise<object> {
  if (!roles.worker || settings.APIG_MOCK !== undefined) return {};
  const { APIG_AUTH_FILE, APIG_CA_FILE, SECRET_FOLDERS } = settings;
  needSecretFiles({ APIG_AUTH_FILE, APIG_CA_FILE }, secretFolders(SECRET_FOLDERS));
  await checkGatewayFiles({ authFile: APIG_AUTH_FILE, caFile: APIG_CA_FILE });
  return {};
}

async function openCluster({ logger }: App): Promise<Cluster> {
  const kubeConfig = loadKubeConfig();
  const rights = createRefusedRights({ clock: systemClock, logger });
  return {
    clients: createClients(kubeConfig, { noteAnswer: rights.note }),
    rights,
    ownNamespace: ownNamespace(kubeConfig, process.env['POD_NAMESPACE']),
  };
}

async function work(
  { roles, settings, metrics, logger, instance, tracing, parts }: App,
  { keys: seal, clients, rights, ownNamespace: home, connection, namespace }: Sealing & Cluster & Temporal,
  stopped: AbortSignal,
): Promise<void> {
  const { view, paths } = buildView({ settings, clients, logger });
  const workflow = tracing ? [traceSignals(tracing, settings.CLUSTER_NAME)] : [];
  const client = new Client({ connection, namespace, interceptors: { workflow } });
  const watcher = roles.watcher ? buildWatcher({ settings, seal, clients, view, client, logger }) : undefined;
  if (seal) parts['recordKeys'] = () => seal.health();
  if (roles.worker) void warnOfSharedAddresses(settings, logger);
  parts['rights'] = () => rights.health();
  parts['view'] = () => view.health();
  if (watcher) parts['watcher'] = () => watcher.health();
  const meters = meterParts(metrics, { view, watcher });
  view.start();
  watcher?.start();
  const taskFailures = createTaskFailures({
    total: () => metrics.workflowTaskFailures(),
    clock: systemClock,
    logger,
  });
  const workers = roles.worker
    ? await startWorkers({
        settings,
        seal,
        clients,
        view,
        paths,
        connection,
        namespace,
        taskFailures,
        metrics,
        logger,
        instance,
        tracing,
        ownNamespace: home,
      })
    : undefined;
  if (workers) {
    parts['worker'] = workers.health;
    meters.measureWhile(workers.isHolding);
  } else meterBuild(metrics, '');
  logger.info({}, 'apig-orchestrator runs');

  await Promise.race([aborted(stopped), ...(workers ? [workers.done, taskFailures.run(stopped)] : [])]);
  logger.info({ reason: String(stopped.reason ?? 'the workers ended') }, 'apig-orchestrator stops');
  await watcher?.stop();
  workers?.shutdown();
  await workers?.done;
  // What activities look at outlives them.
  await view.stop();
}
