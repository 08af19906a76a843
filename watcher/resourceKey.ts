import { COMPONENTS, EXPOSED_APIS, LEGACY_APIS, workflowId, type ResourceRef } from '../src/domain/names.ts';

const PLURALS = [EXPOSED_APIS, LEGACY_APIS, COMPONENTS] as const;

/** A resource as the key of a queue: `<plural>/<namespace>/<name>`. */
export function resourceKey({ plural, namespace, name }: ResourceRef): string {
  return `${plural}/${namespace}/${name}`;
}

/** Throws for what `resourceKey` has not made. */
export function parseResourceKey(key: string): ResourceRef {
  const [first, namespace, name] = key.split('/');
  const plural = PLURALS.find((one) => one === first);
  if (plural === undefined || namespace === undefined || name === undefined)
    throw new Error(`no resource key: ${key}`);
  return { plural, namespace, name };
}

/** The resource whose workflow has this id; undefined for what is not ours or of another cluster. */
export function parseWorkflowId(id: string, cluster: string): ResourceRef | undefined {
  const [namespace, name] = id.split('/').slice(-2);
  if (namespace === undefined || name === undefined) return undefined;
  return PLURALS.map((plural) => ({ plural, namespace, name })).find(
    (ref) => workflowId(ref, cluster) === id,
  );
}
