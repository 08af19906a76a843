import { z } from 'zod';

/** An ExposedAPI as its Component sees it. */
export interface ChildApi {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly isDeleting: boolean;
  /** Uids of all owners; a child of ours names its Component's. */
  readonly ownerUids: readonly string[];
  /** Verbatim: a merge patch replaces the whole list. */
  readonly ownerReferences: readonly Readonly<Record<string, unknown>>[];
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

const objectSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    ownerReferences: z.array(z.looseObject({ uid: z.string() })).default([]),
  }),
  spec: z.record(z.string(), z.unknown()).catch({}),
});

/** Throws only where the object is no Kubernetes object at all. */
export function parseChildApi(object: unknown): ChildApi {
  const { metadata, spec } = objectSchema.parse(object);
  return {
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    isDeleting: metadata.deletionTimestamp !== undefined,
    ownerUids: metadata.ownerReferences.map(({ uid }) => uid),
    ownerReferences: metadata.ownerReferences,
    labels: metadata.labels,
    spec,
  };
}
