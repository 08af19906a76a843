import { aborted, every } from '../kubernetes/clock.ts';
import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { gatewayLease, type ResourceRef } from '../domain/kubernetes/names.ts';
import { endpointFor, endpointsOf, formerEndpoints, recordedEndpoint } from '../gateway/apig/endpoint.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { createLeaderElector } from '../kubernetes/lease/leaderElector.ts';
import { createLeaseStore } from '../kubernetes/lease/leaseStore.ts';
import { createPathArbiter } from '../paths/arbiter.ts';
import type { PathIndex } from '../paths/pathIndex.ts';
import { describeError } from '../telemetry/logger.ts';
import type { PartHealth } from '../telemetry/health.ts';
import { createLanePool, type LanePool } from './lanePool.ts';
import { leadershipHealth, tellLeadership, tellPolling } from './leadership.ts';
import { startLane, type CommonOptions, type LaneContext } from './startLane.ts';
import { runningGateways, type WorkflowList } from './temporal.ts';

/** What lanes need of the view of the cluster. */
export interface LaneView {
  apis(): Iterable<ExposedApi>;
  api(key: string): ExposedApi | undefined;
  /** Who wants which path. */
  readonly claims: Pick<PathIndex, 'oldest'>;
  /** Resolves once all APIs have been listed by requests that were begun after the call. */
  listApis(): Promise<void>;
  /** Tells of every API that is new or changed. @returns what ends it */
  onApi(listener: (api: ExposedApi) => void): () => void;
  /** Resolves once the API is seen at this version or a newer one, or when it does not come. */
  caughtUp(ref: ResourceRef, resourceVersion: string): Promise<unknown>;
}

export interface LanesContext extends LaneContext {
  readonly clients: Pick<Clients, 'coordination' | 'kubeConfig'>;
  readonly temporal: WorkflowList;
  readonly view: LaneView;
  /** Does the workflow of an API run? */
  readonly isAtWork: (ref: ResourceRef) => Promise<boolean>;
  /** Does Temporal answer? While it does not, the lease is left to a process that it answers. */
  readonly isTemporalAnswering: () => boolean;
  readonly instance: string;
  /** Where the operator itself lives: its lease is there. */
  readonly ownNamespace: string;
}

export interface Lanes {
  readonly health: () => PartHealth;
  /** Does this process make the gateway calls just now? */
  readonly isHolding: () => boolean;
  /** Until `stopped`: makes the gateway calls whenever this process holds the lease. Rejects when a lane fails. */
  run(stopped: AbortSignal): Promise<void>;
}

/** A lane that nobody has needed for so long is put down. */
const IDLE_MS = 10 * 60_000;
const RELIST_MS = 5_000;
/** How often it is looked for such lanes. */
const SWEEP_MS = 60_000;
/**
 * Of all processes one at a time makes the gateway calls: so its limits are those of all together, and it alone decides who has a path.
 * For each gateway it has a lane of its own, so that none waits for another.
 */
export function createLanes(context: LanesContext, common: CommonOptions): Lanes {
  const { settings, clients, view, logger, clock, ownNamespace: namespace, instance } = context;
  const name = gatewayLease(settings.CLUSTER_NAME);
  const configured = settings.APIG_ENDPOINT;
  const arbiter = createPathArbiter({
    api: (key) => view.api(key),
    claims: view.claims,
    key: settings.APIG_KEY,
    gatewayOf: (ofNamespace) => endpointFor(configured, ofNamespace),
    recordedGateway: (api) => recordedEndpoint(settings, api),
    isAtWork: context.isAtWork,
    caughtUp: (ref, version) => view.caughtUp(ref, version),
    callTimeoutMs: settings.APIG_TIMEOUT,
    now: () => clock.now(),
  });
  let pool: LanePool | undefined;
  let polling: unknown;

  async function work(stop: AbortSignal): Promise<void> {
    await Promise.race([allSeen(context, stop), aborted(stop)]);
    if (stop.aborted) return;
    arbiter.begin(view.apis());
    const lanes = createLanePool({
      start: (endpoint) => startLane(context, common, { endpoint, arbiter, mayCall: () => elector.isHeld() }),
      // Workflows are asked for their gateways at each resync only.
      idleMs: Math.max(IDLE_MS, 2 * settings.RESYNC_INTERVAL),
      now: () => performance.now(),
    });
    pool = lanes;
    const need = (api: ExposedApi): void => {
      for (const endpoint of endpointsOf(settings, api)) lanes.need(endpoint);
    };
    const unsubscribe = view.onApi(need);
    const over = new AbortController();
    const ending = AbortSignal.any([stop, over.signal]);
    const upkeep = Promise.all([
      every(clock, SWEEP_MS, ending, async () => {
        if (configured !== undefined) lanes.need(configured);
        for (const endpoint of formerEndpoints(settings)) lanes.need(endpoint);
        for (const api of view.apis()) need(api);
        lanes.sweep();
      }),
      every(clock, settings.RESYNC_INTERVAL, ending, () => needRunning(context, lanes)),
    ]);
    try {
      await Promise.race([aborted(stop), lanes.failed]);
    } finally {
      unsubscribe();
      over.abort();
      await lanes.stop();
      await upkeep;
      pool = undefined;
    }
  }

  const elector = createLeaderElector({
    store: createLeaseStore(clients, { namespace, name }),
    me: instance,
    drainMs: settings.APIG_TIMEOUT,
    work,
    isAble: context.isTemporalAnswering,
    onStanding: (standing) => tellLeadership(logger, standing, `${namespace}/${name}`),
    onPolling: (error) => {
      polling = error;
      if (error !== undefined) tellPolling(logger, error, `${namespace}/${name}`);
    },
  });
  context.metrics.gauge('apig_lease_held', () => [[{}, elector.isHeld() ? 1 : 0]]);
  return {
    isHolding: () => elector.isHeld(),
    run: (stopped) => elector.run(stopped),
    health: () => leadershipHealth(elector.standing(), pool?.gateways().length ?? 0, polling),
  };
}

/** Who has just taken over must know all paths. Where the API server refuses the list, that is to be mended, and no reason to end. */
async function allSeen({ view, logger, clock }: LanesContext, stop: AbortSignal): Promise<void> {
  while (!stop.aborted)
    try {
      return await view.listApis();
    } catch (error) {
      logger.warn(
        { error: describeError(error) },
        'The APIs could not be listed, so that no gateway is called; the list is asked for again in 5 s',
      );
      await clock.sleep(RELIST_MS, stop);
    }
}

/** Lanes for registrations whose resources are gone: only their workflows still know of them. */
async function needRunning({ settings, temporal, logger }: LanesContext, lanes: LanePool): Promise<void> {
  const { APIG_ENDPOINT: configured, APIG_ENDPOINT_PER_NAMESPACE: perNamespace } = settings;
  let notCalled = 0;
  try {
    for await (const endpoint of runningGateways(temporal, settings.CLUSTER_NAME, configured))
      if (configured === undefined || perNamespace) lanes.need(endpoint);
      else notCalled += 1;
    if (notCalled > 0)
      logger.warn(
        { workflows: notCalled },
        'Workflows wait for the gateway of their own namespace, which is not called while APIG_ENDPOINT is set: set APIG_ENDPOINT_PER_NAMESPACE=true beside it until nothing waits there',
      );
  } catch (error) {
    logger.warn(
      { error: describeError(error) },
      'Temporal did not tell which gateways the running workflows name; the next resync asks again',
    );
  }
}
