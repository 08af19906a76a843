import type { Settings } from '../config/settings.ts';
import { gatewayHost } from '../domain/kubernetes/names.ts';
import type { ObserveCall } from '../gateway/gateway.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** One label for all gateways that APIs have in their own namespaces: there may be as many as namespaces. */
const OWN_NAMESPACE = 'own-namespace';

type ConfiguredGateways = Pick<Settings, 'APIG_ENDPOINT' | 'APIG_FORMER_ENDPOINTS'>;

/** Has a setting named this endpoint? */
export function isConfigured(settings: ConfiguredGateways, endpoint: string): boolean {
  return [settings.APIG_ENDPOINT, ...settings.APIG_FORMER_ENDPOINTS].includes(endpoint);
}

/** What metrics call a gateway. */
export function gatewayLabel(settings: ConfiguredGateways, endpoint: string): string {
  return isConfigured(settings, endpoint) ? gatewayHost(endpoint) : OWN_NAMESPACE;
}

/** Counts the calls to one gateway, and how long they take. */
export function meterCalls(
  metrics: Pick<Metrics, 'gatewayCalls' | 'gatewaySeconds' | 'gauge'>,
  gateway: string,
): { readonly observe: ObserveCall; readonly forget: () => void } {
  let inFlight = 0;
  const forget = metrics.gauge('apig_gateway_calls_in_flight', () => [[{ gateway }, inFlight]]);
  return {
    forget,
    observe: (verb) => {
      inFlight += 1;
      return (outcome, seconds) => {
        inFlight -= 1;
        metrics.gatewayCalls.inc({ verb, outcome, gateway });
        metrics.gatewaySeconds.observe({ verb, gateway }, seconds);
      };
    },
  };
}
