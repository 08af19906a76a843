import { z } from 'zod';
import { SEGMENTS, type Segment } from '../spec/apiSpec.ts';
import type { Fault } from '../spec/fault.ts';
import { asObject } from '../kubernetes/mergePatch.ts';
import { COMPONENT_NAME_LABEL, COMPONENTS, type ResourceRef } from '../kubernetes/names.ts';

type Json = Readonly<Record<string, unknown>>;

/** One entry of an exposedAPIs list, as its author wrote it. */
export interface DeclaredApi {
  readonly segment: Segment;
  /** Where it stands, for messages: `spec.coreFunction.exposedAPIs[0]`. */
  readonly field: string;
  readonly raw: Json;
}

/** A Component as the API server holds it. */
export interface Component {
  readonly ref: ResourceRef & { readonly plural: typeof COMPONENTS };
  readonly apiVersion: string;
  readonly kind: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly isDeleting: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly declared: readonly DeclaredApi[];
  /** What cannot be read as a declared API at all. */
  readonly faults: readonly Fault[];
  /** Verbatim: most of it belongs to other operators. */
  readonly status: Json;
}

const objectSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.unknown().optional(),
  status: z.unknown().optional(),
});

/**
 * Metadata is the API server's own and trusted to have its shape; spec and status are anybody's.
 * Throws only where the object is no Kubernetes object at all.
 */
export function parseComponent(object: unknown): Component {
  const { apiVersion, kind, metadata, spec, status } = objectSchema.parse(object);
  const functions = SEGMENTS.map((segment) => readFunction(segment, asObject(spec)[segment]));
  return {
    ref: { plural: COMPONENTS, namespace: metadata.namespace, name: metadata.name },
    apiVersion,
    kind,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    isDeleting: metadata.deletionTimestamp !== undefined,
    labels: metadata.labels,
    declared: functions.flatMap(({ declared }) => declared),
    faults: functions.flatMap(({ faults }) => faults),
    status: asObject(status),
  };
}

/** The value that the children's componentName label has: the Component's own label is copied where there is one. */
export function componentLabel({ labels, ref }: Pick<Component, 'labels' | 'ref'>): string {
  return labels[COMPONENT_NAME_LABEL] ?? ref.name;
}

function readFunction(segment: Segment, value: unknown): Pick<Component, 'declared' | 'faults'> {
  const field = `spec.${segment}.exposedAPIs`;
  const list = asObject(value)['exposedAPIs'] ?? [];
  if (!Array.isArray(list)) return { declared: [], faults: [{ field, message: 'must be a list' }] };
  const entries = list.map((raw: unknown, index) => ({ segment, field: `${field}[${index}]`, raw }));
  return {
    declared: entries.filter(isDeclared),
    faults: entries
      .filter((entry) => !isDeclared(entry))
      .map((entry) => ({ field: entry.field, message: 'must be an object' })),
  };
}

function isDeclared(entry: Omit<DeclaredApi, 'raw'> & { readonly raw: unknown }): entry is DeclaredApi {
  return typeof entry.raw === 'object' && entry.raw !== null && !Array.isArray(entry.raw);
}
