import type { Settings } from '../config/settings.ts';
import { aborted } from '../kubernetes/clock.ts';
import { formerIsToday } from '../gateway/apig/endpoint.ts';
import { serveHealth } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

type GatewaySettings = Pick<
  Settings,
  'APIG_ENDPOINT' | 'APIG_ENDPOINT_PER_NAMESPACE' | 'APIG_FORMER_ENDPOINTS' | 'APIG_MOCK'
>;

/**
 * What to do where nobody has said which gateway is meant, or where a former gateway is the one of today, so that clearing it would take
 * away what is registered; undefined where all is well. There is no default: the name that the
 * replaced operator called leads wherever somebody in that namespace wants it to.
 */
export function gatewayFault(settings: GatewaySettings): string | undefined {
  const { APIG_ENDPOINT: endpoint, APIG_ENDPOINT_PER_NAMESPACE: perNamespace, APIG_MOCK: mock } = settings;
  const former = formerIsToday(settings);
  if (former !== undefined)
    return `APIG_FORMER_ENDPOINTS names ${former}, which is the gateway of APIG_ENDPOINT, so nothing is done: what is registered there would be removed. Take it out of APIG_FORMER_ENDPOINTS.`;
  if (endpoint !== undefined || perNamespace || mock !== undefined) return undefined;
  return "No gateway is set, so nothing is done. Set APIG_ENDPOINT to the gateway's management API. The operator that this one replaces called apig-operator-uportal in each API's namespace: for the same, set APIG_ENDPOINT_PER_NAMESPACE=true where you trust everybody who may create Services there.";
}

export interface IdleContext {
  readonly port: number;
  /** What is to be corrected, as a sentence. */
  readonly fault: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Alive and not ready until it is told to stop: `/readyz` and one line of the log say what to correct. A process that ended would only
 * be started again and again, and its line would scroll away.
 */
export async function standIdle(context: IdleContext, stopped: AbortSignal): Promise<void> {
  const { port, fault, metrics, logger } = context;
  const health = await serveHealth(port, { gateway: () => ({ ready: false, detail: fault }) }, metrics);
  logger.error({ port: health.port }, fault);
  await aborted(stopped);
  await health.close();
}
