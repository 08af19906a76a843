import { z } from 'zod';

/** What every object has, and the API server vouches for. */
export interface ObjectMetadata {
  /** Empty for objects outside namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
}

const schema = z.object({
  metadata: z.object({
    namespace: z.string().default(''),
    name: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
});

/** Throws for what is no Kubernetes object. */
export function objectMetadata(object: unknown): ObjectMetadata {
  return schema.parse(object).metadata;
}
