import { hasReadyEndpoint } from '../domain/exposedApi/endpointReadiness.ts';
import type { Clients } from './client/clients.ts';

/** Is any endpoint of a Service ready? All its slices count; a Service that does not exist has none. */
export async function isServiceReady(
  { discovery }: Clients,
  namespace: string,
  service: string,
): Promise<boolean> {
  const { items } = await discovery.listNamespacedEndpointSlice({
    namespace,
    labelSelector: `kubernetes.io/service-name=${service}`,
  });
  return items.some(hasReadyEndpoint);
}
