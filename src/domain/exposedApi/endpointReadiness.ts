import { z } from 'zod';

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
