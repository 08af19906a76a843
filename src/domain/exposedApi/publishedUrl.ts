import type { ExposedApi } from './exposedApi.ts';

/** The URL of an API inside the cluster: all that an API without specification has. */
export function inClusterUrl(
  namespace: string,
  spec: { readonly implementation: string; readonly port: number; readonly path: string },
): string {
  return `http://${spec.implementation}.${namespace}.svc.cluster.local:${spec.port}${spec.path}`;
}

/** The URL that a confirmed registration has at the gateway's present address; undefined where neither is known. */
export function publishedUrl(api: ExposedApi, gatewayUrl: string | undefined): string | undefined {
  const { state, registered } = api.status.apig;
  if (state === 'NotRouted')
    return api.spec.valid ? inClusterUrl(api.ref.namespace, api.spec.value) : undefined;
  return registered && gatewayUrl !== undefined ? `${gatewayUrl}${registered.path}` : undefined;
}
