import { COMPONENTS, type ApiPlural, type ResourceRef } from '../../src/domain/kubernetes/names.ts';

/** @throws where a workflow of another kind asks: a programming error, or somebody's hand-made input */
export function asApiRef(ref: ResourceRef): ResourceRef & { readonly plural: ApiPlural } {
  const { plural } = ref;
  if (plural === COMPONENTS) throw new Error(`not an API: ${plural}/${ref.namespace}/${ref.name}`);
  return { ...ref, plural };
}
