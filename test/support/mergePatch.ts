import { asObject } from '../../src/domain/mergeDifference.ts';

/** RFC 7386, as the API server applies it. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...asObject(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}
