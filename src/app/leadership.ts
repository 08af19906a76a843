import type { Leadership } from '../kubernetes/lease/leaderElector.ts';
import { describeError, type Logger } from '../telemetry/logger.ts';
import type { PartHealth } from '../telemetry/health.ts';

/** To the log, when it changes. */
export function tellLeadership(logger: Logger, standing: Leadership, lease: string): void {
  switch (standing.kind) {
    case 'holding':
      logger.info({ lease }, 'Gateway calls are made by this process');
      break;
    case 'standingBy':
      logger.info({ lease, holder: standing.holder }, 'Gateway calls are made by another process');
      break;
    case 'unable':
      logger.warn(
        { lease },
        'Temporal does not answer, so this process makes no gateway calls and leaves the lease to another. Check TEMPORAL_ADDRESS and that the server runs',
      );
      break;
    case 'cutOff':
      logger.warn(
        { lease, error: describeError(standing.error) },
        'The lease cannot be had, so this process makes no gateway calls. Check that the API server is reachable and that the role allows get, create and update of leases in this namespace',
      );
  }
}

/** To the log, once: everything works, at the cost of a request in each second. */
export function tellPolling(logger: Logger, error: unknown, lease: string): void {
  logger.warn(
    { lease, error: describeError(error) },
    'The lease may not be watched, so it is read once a second while another process holds it. Let the role allow watch of leases in this namespace',
  );
}

/**
 * @param lanes how many are up
 * @param polling why the lease is read instead of watched; undefined: it is not
 */
export function leadershipHealth(standing: Leadership, lanes: number, polling?: unknown): PartHealth {
  const { ready, detail } = standingHealth(standing, lanes);
  if (polling === undefined) return { ready, detail };
  return { ready, detail: `${detail}; the lease may not be watched (${describeError(polling)})` };
}

function standingHealth(standing: Leadership, lanes: number): PartHealth {
  switch (standing.kind) {
    case 'holding':
      return { ready: true, detail: `here, to ${lanes} gateway${lanes === 1 ? '' : 's'}` };
    case 'standingBy':
      return { ready: true, detail: `stands by for ${standing.holder || 'its turn'}` };
    case 'unable':
      return { ready: false, detail: 'none, Temporal does not answer' };
    case 'cutOff':
      return { ready: false, detail: `none, the lease cannot be had: ${describeError(standing.error)}` };
  }
}
