import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';

/** RFC 7386, as the API server applies it. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  // A map, since a key may be called __proto__.
  const merged = new Map(Object.entries(asObject(target)));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) merged.delete(key);
    else merged.set(key, applyMergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
