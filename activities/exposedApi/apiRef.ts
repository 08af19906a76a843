import { type ApiPlural, COMPONENTS, type ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import type { EventSubject } from '../../src/kubernetes/events.ts';

/** @throws where a workflow of another kind asks: a programming error, or somebody's hand-made input */
export function asApiRef(ref: ResourceRef): ResourceRef & { readonly plural: ApiPlural } {
  const { plural } = ref;
  if (plural === COMPONENTS) throw new Error(`not an API: ${plural}/${ref.namespace}/${ref.name}`);
  return { ...ref, plural };
}

export function subjectOf({ apiVersion, kind, ref, uid }: ExposedApi): EventSubject {
  return { apiVersion, kind, namespace: ref.namespace, name: ref.name, uid };
}
