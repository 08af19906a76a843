import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import type { OurStatus } from './status.ts';
import { mergeConditions } from '../kubernetes/conditions.ts';
import { asObject, mergeDifference } from '../kubernetes/mergePatch.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The merge patch that brings `current` (a resource's whole status) to say what is ours to say; undefined when it does already.
 * Merge patches replace objects that differ in kind and whole lists, so nested objects are spelt out with nulls and
 * others' conditions are kept in place.
 * @param now RFC 3339; used only for conditions whose status flips
 */
export function statusPatch(
  current: unknown,
  ours: OurStatus & { readonly observedGeneration?: number | undefined },
  now: string,
): Json | undefined {
  const status = asObject(current);
  const { observedGeneration } = ours;
  // The component controller relies on it that there is one; whoever else said one is left alone.
  const said = asObject(status['implementation'])['ready'];
  const implementation = { ready: ours.implementation.ready ?? (typeof said === 'boolean' ? said : false) };
  const patch: Record<string, unknown> = { ...mergeDifference(status, { observedGeneration }) };
  put(patch, 'apiStatus', mergeDifference(status['apiStatus'], { ...ours.apiStatus }));
  put(patch, 'implementation', mergeDifference(status['implementation'], implementation));
  put(patch, 'apig', mergeDifference(status['apig'], ours.apig));
  const conditions = mergeConditions(status['conditions'], ours.conditions, now, ours.withdrawn);
  if (canonicalJson(conditions) !== canonicalJson(status['conditions'])) patch['conditions'] = conditions;
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function put(patch: Record<string, unknown>, key: string, value: Json): void {
  if (Object.keys(value).length > 0) patch[key] = value;
}
