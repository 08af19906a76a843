import type { ExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { PLAYED_GATEWAY } from '../../domain/exposedApi/formerGateways.ts';
import { gatewayHost } from '../../domain/kubernetes/names.ts';

/** Which gateways the administrator allows. */
export interface GatewaySettings {
  readonly APIG_ENDPOINT: string | undefined;
  /** A tenant decides where such a name leads, so without it none is called. */
  readonly APIG_ENDPOINT_PER_NAMESPACE: boolean;
  readonly APIG_FORMER_ENDPOINTS: readonly string[];
  readonly APIG_MOCK: string | undefined;
}

/**
 * The gateway of a namespace's APIs: the administrator's where one is set, else the service that an APIG installation has in
 * each namespace. Credentials never go to the latter: a tenant could have made it. Without an endpoint a process only works where
 * APIG_ENDPOINT_PER_NAMESPACE or a mock is set.
 * @param configured APIG_ENDPOINT
 */
export function endpointFor(configured: string | undefined, namespace: string): string {
  return configured ?? `http://apig-operator-uportal.${namespace}:8080`;
}

/** What the status of an API calls the gateway that its record is about: one that is only played is not the one it stands for. */
export function recordedNameFor(
  { APIG_ENDPOINT, APIG_MOCK }: Pick<GatewaySettings, 'APIG_ENDPOINT' | 'APIG_MOCK'>,
  namespace: string,
): string {
  return APIG_MOCK === undefined ? endpointFor(APIG_ENDPOINT, namespace) : PLAYED_GATEWAY;
}

/** Former endpoints of all APIs that are called for removals. A gateway that is played would only pretend to be cleared. */
export function formerEndpoints({
  APIG_ENDPOINT,
  APIG_FORMER_ENDPOINTS,
  APIG_MOCK,
}: Omit<GatewaySettings, 'APIG_ENDPOINT_PER_NAMESPACE'>): readonly string[] {
  if (APIG_MOCK !== undefined) return [];
  return APIG_FORMER_ENDPOINTS.filter((one) => !isSame(one, APIG_ENDPOINT));
}

/**
 * A former endpoint that is spelled in another way than APIG_ENDPOINT and names the same gateway; undefined: there is none. Another name of
 * the same address is not seen.
 */
export function formerIsToday({
  APIG_ENDPOINT: today,
  APIG_FORMER_ENDPOINTS: former,
}: Pick<GatewaySettings, 'APIG_ENDPOINT' | 'APIG_FORMER_ENDPOINTS'>): string | undefined {
  return today === undefined ? undefined : former.find((one) => hostOf(one) === hostOf(today));
}

/** As `gatewayHost`, of a URL; with what DNS takes for one name made one. */
function hostOf(endpoint: string): string {
  const { protocol, hostname, port } = new URL(endpoint);
  return gatewayHost(`${protocol}//${hostname.replace(/\.$/, '')}${port === '' ? '' : `:${port}`}`);
}

/** Those of one namespace's APIs: with them goes the gateway of the namespace itself, where that is allowed. */
export function formerEndpointsFor(settings: GatewaySettings, namespace: string): readonly string[] {
  const { APIG_ENDPOINT, APIG_ENDPOINT_PER_NAMESPACE, APIG_MOCK } = settings;
  const own = endpointFor(undefined, namespace);
  const isOwnFormer = APIG_ENDPOINT_PER_NAMESPACE && APIG_ENDPOINT !== undefined && APIG_MOCK === undefined;
  return [...formerEndpoints(settings), ...(isOwnFormer ? [own] : [])];
}

/**
 * The gateway that the record in an API's status is about. A status is anybody's to write, so only what the operator itself could have
 * written there counts: the administrator's endpoint, a former one that a setting names, or, where it is allowed, the one of the API's
 * own namespace. Else it is the one of today.
 */
export function recordedEndpoint(settings: GatewaySettings, { ref, status }: ExposedApi): string {
  const today = endpointFor(settings.APIG_ENDPOINT, ref.namespace);
  const known = [today, ...formerEndpointsFor(settings, ref.namespace)];
  return known.find((one) => isSame(one, status.apig.gateway)) ?? today;
}

/** Every gateway that an API has to do with: where it is to be, and where it may be. */
export function endpointsOf(settings: GatewaySettings, api: ExposedApi): readonly string[] {
  const { namespace } = api.ref;
  const { formerGateways = [] } = api.status.apig;
  const former = formerEndpointsFor(settings, namespace).filter((one) =>
    formerGateways.some(({ gateway }) => isSame(one, gateway)),
  );
  return [
    ...new Set([endpointFor(settings.APIG_ENDPOINT, namespace), recordedEndpoint(settings, api), ...former]),
  ];
}

function isSame(endpoint: string, name: string | undefined): boolean {
  return name !== undefined && gatewayHost(endpoint) === gatewayHost(name);
}
