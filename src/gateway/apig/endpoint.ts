import type { ExposedApi } from '../../domain/exposedApi/exposedApi.ts';
import { gatewayHost } from '../../domain/kubernetes/names.ts';

/** Which gateways the administrator allows. */
export interface AllowedGateways {
  /** APIG_ENDPOINT */
  readonly configured: string | undefined;
  /** APIG_ENDPOINT_PER_NAMESPACE. A tenant decides where such a name leads, so without it none is called. */
  readonly perNamespace: boolean;
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

/** What a status calls a gateway that is only played. */
const MOCK = 'mock';

/** What the status of an API calls the gateway that its record is about: one that is only played is not the one it stands for. */
export function recordedNameFor(
  {
    APIG_ENDPOINT,
    APIG_MOCK,
  }: { readonly APIG_ENDPOINT: string | undefined; readonly APIG_MOCK: string | undefined },
  namespace: string,
): string {
  return APIG_MOCK === undefined ? endpointFor(APIG_ENDPOINT, namespace) : MOCK;
}

/**
 * The gateway that the record in an API's status is about. A status is anybody's to write, so only what the operator itself could have
 * written there counts: the administrator's endpoint, or, where it is allowed, the one of the API's own namespace. Else it is the one
 * of today.
 */
export function recordedEndpoint(
  { configured, perNamespace }: AllowedGateways,
  { ref, status }: ExposedApi,
): string {
  const today = endpointFor(configured, ref.namespace);
  const { gateway } = status.apig;
  const known = perNamespace ? [today, endpointFor(undefined, ref.namespace)] : [today];
  return known.find((one) => gateway !== undefined && gatewayHost(one) === gatewayHost(gateway)) ?? today;
}

/** Every gateway that an API has to do with: where it is to be, and where it may be. */
export function endpointsOf(allowed: AllowedGateways, api: ExposedApi): readonly string[] {
  return [...new Set([endpointFor(allowed.configured, api.ref.namespace), recordedEndpoint(allowed, api)])];
}
