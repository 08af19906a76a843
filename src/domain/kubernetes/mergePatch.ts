import { canonicalJson } from './canonicalJson.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The part of a JSON merge patch (RFC 7386) that brings `current` to say what `wanted` says; keys not named stay.
 * Undefined and null both mean "not there". Objects below are replaced whole: what they no longer have, at any depth, becomes null.
 */
export function mergeDifference(current: unknown, wanted: Json): Json {
  const before = asObject(current);
  const patch: Record<string, unknown> = {};
  for (const [key, desired] of Object.entries(wanted)) {
    const value = desired ?? null;
    const present = before[key] ?? null;
    if (canonicalJson(present) === canonicalJson(value)) continue;
    patch[key] = isObject(present) && isObject(value) ? replacePatch(present, value) : value;
  }
  return patch;
}

/** The JSON merge patch that turns `current` into `wanted`, at every depth; what is no longer there becomes null. */
export function replacePatch(current: Json, wanted: Json): Json {
  const removed = Object.keys(current)
    .filter((key) => wanted[key] === undefined)
    .map((key) => [key, null] as const);
  const changed = Object.entries(wanted)
    .filter(([key, value]) => canonicalJson(current[key]) !== canonicalJson(value))
    .map(([key, value]) => {
      const before = current[key];
      return [key, isObject(before) && isObject(value) ? replacePatch(before, value) : value] as const;
    });
  return Object.fromEntries([...removed, ...changed]);
}

/** Does `current` say what the merge patch would have it say? */
export function isMerged(current: unknown, patch: Json): boolean {
  const now = asObject(current);
  return Object.entries(patch).every(([key, desired]) =>
    isObject(desired)
      ? isMerged(now[key], desired)
      : canonicalJson(now[key] ?? null) === canonicalJson(desired ?? null),
  );
}

export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
