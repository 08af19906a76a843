import type { Clients } from './client/clients.ts';
import { z } from 'zod';

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

const sliceSchema = z.object({
  endpoints: z
    .array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).nullish() }))
    .nullish(),
});

/** Does an EndpointSlice have an endpoint that is ready? Kubernetes defines an absent condition as ready. */
export function hasReadyEndpoint(slice: unknown): boolean {
  const parsed = sliceSchema.safeParse(slice);
  return (
    parsed.success && (parsed.data.endpoints ?? []).some(({ conditions }) => conditions?.ready !== false)
  );
}
