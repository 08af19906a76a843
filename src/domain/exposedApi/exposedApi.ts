import { z } from 'zod';
import { type ApiSpec, parseApiSpec, specHash } from '../spec/apiSpec.ts';
import type { Checked } from '../spec/fault.ts';
import { readWishes, type DeletionPolicy } from './annotations.ts';
import { ANNOTATIONS, type ApiPlural, FINALIZER, type ResourceRef } from '../kubernetes/names.ts';
import { roughSize } from '../kubernetes/roughSize.ts';
import { parseRecordedStatus, type RecordedStatus } from './recordedStatus.ts';

/** The Component that owns an API. */
export interface Parent {
  readonly name: string;
  readonly uid: string;
}

/** An API as the API server holds it, in one form for both kinds and every version. */
export interface ExposedApi {
  readonly ref: ResourceRef & { readonly plural: ApiPlural };
  readonly apiVersion: string;
  readonly kind: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  /** RFC 3339; with namespace and name it says who is older. */
  readonly creationTimestamp: string;
  readonly isDeleting: boolean;
  readonly finalizers: readonly string[];
  readonly holdsFinalizer: boolean;
  readonly isPaused: boolean;
  readonly isForceReleased: boolean;
  readonly deletionPolicy: DeletionPolicy;
  /** Which annotations of ours cannot be understood, and what they count as; undefined: none. */
  readonly annotationProblem?: string | undefined;
  readonly reconcileRequestedAt: string | undefined;
  readonly parent: Parent | undefined;
  readonly spec: Checked<ApiSpec>;
  readonly specHash: string;
  readonly status: RecordedStatus;
  /** About how much JSON the object is, in characters: each write of it costs the API server as much. */
  readonly size: number;
}

const objectSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number().optional(),
    creationTimestamp: z.string().default(''),
    deletionTimestamp: z.string().optional(),
    finalizers: z.array(z.string()).default([]),
    annotations: z.record(z.string(), z.string()).default({}),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string(), uid: z.string() })).default([]),
  }),
  spec: z.record(z.string(), z.unknown()).catch({}),
  status: z.unknown().optional(),
});

/**
 * Metadata is the API server's own and trusted to have its shape; spec and status are anybody's and judged field by field.
 * Throws only where the object is no Kubernetes object at all.
 */
export function parseExposedApi(object: unknown, plural: ApiPlural): ExposedApi {
  const { apiVersion, kind, metadata, spec: rawSpec, status } = objectSchema.parse(object);
  const spec = parseApiSpec(rawSpec);
  const parent = metadata.ownerReferences.find((owner) => owner.kind === 'Component');
  return {
    ref: { plural, namespace: metadata.namespace, name: metadata.name },
    apiVersion,
    kind,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    generation: metadata.generation,
    creationTimestamp: metadata.creationTimestamp,
    isDeleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers,
    holdsFinalizer: metadata.finalizers.includes(FINALIZER),
    ...readWishes(metadata.annotations),
    reconcileRequestedAt: metadata.annotations[ANNOTATIONS.reconcileRequestedAt],
    parent: parent && { name: parent.name, uid: parent.uid },
    spec,
    specHash: specHash(spec.valid ? spec.value : rawSpec),
    status: parseRecordedStatus(status, metadata.name),
    size: roughSize(object),
  };
}
