import { parseExposedApi, type ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { EXPOSED_APIS, FINALIZER } from '../../../src/domain/kubernetes/names.ts';

type Json = Readonly<Record<string, unknown>>;

export const API_SPEC: Json = {
  name: 'productcatalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/shop/catalog/v4',
  port: 8080,
  specification: { url: 'https://specs.example/TMF620.json', version: 'v4' },
};

/** An ExposedAPI as the API server sends it; metadata, spec and status can be given. */
export function apiObject(
  parts: { readonly metadata?: Json; readonly spec?: Json; readonly status?: Json } = {},
): Json {
  return {
    apiVersion: 'oda.tmforum.org/v1',
    kind: 'ExposedAPI',
    metadata: {
      name: 'shop-catalog-v4',
      namespace: 'shop',
      uid: 'api-uid',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...parts.metadata,
    },
    spec: { ...API_SPEC, ...parts.spec },
    status: parts.status,
  };
}

export function parsedApi(parts: Parameters<typeof apiObject>[0] = {}): ExposedApi {
  return parseExposedApi(apiObject(parts), EXPOSED_APIS);
}

export const GATEWAY_URL = 'http://10.0.0.1';

/** What the statuses of these APIs call their gateway. */
const RECORDED_AS = 'http://gateway.example';

/** What a watcher of these APIs goes by. */
export const RECONCILE_OPTIONS = {
  specificationForm: 'string',
  sendPolicies: false,
  recordedAs: () => RECORDED_AS,
} as const;

/** The status of that API once it is registered at the gateway at GATEWAY_URL and its implementation is ready. */
export function registeredStatus(changes: Json = {}): Json {
  return {
    apiStatus: { name: 'shop-catalog-v4', ip: '10.0.0.1', url: `${GATEWAY_URL}/shop/catalog/v4` },
    implementation: { ready: true },
    apig: {
      state: 'Registered',
      uid: 'api-uid',
      gateway: RECORDED_AS,
      observedSpecHash: parsedApi().specHash,
      registered: {
        name: 'shop-catalog-v4',
        path: '/shop/catalog/v4',
        specification: 'https://specs.example/TMF620.json',
        implementation: 'catalog',
        port: 8080,
      },
      ...changes,
    },
  };
}

/** That API, up to date in every way. */
export function settledObject(parts: Parameters<typeof apiObject>[0] = {}): Json {
  return apiObject({
    status: registeredStatus(parts.metadata?.['uid'] === undefined ? {} : { uid: parts.metadata['uid'] }),
    ...parts,
    metadata: { finalizers: [FINALIZER], ...parts.metadata },
  });
}

export function settledApi(parts: Parameters<typeof apiObject>[0] = {}): ExposedApi {
  return parseExposedApi(settledObject(parts), EXPOSED_APIS);
}
