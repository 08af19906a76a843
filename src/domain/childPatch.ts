import { canonicalJson } from './canonicalJson.ts';

type Json = Readonly<Record<string, unknown>>;

/** The JSON merge patch (RFC 7386) that turns `current` into `wanted`, at every depth; what is no longer there becomes null. */
export function childPatch(current: Json, wanted: Json): Json {
  const removed = Object.keys(current)
    .filter((key) => wanted[key] === undefined)
    .map((key) => [key, null] as const);
  const changed = Object.entries(wanted)
    .filter(([key, value]) => canonicalJson(current[key]) !== canonicalJson(value))
    .map(([key, value]) => {
      const before = current[key];
      return [key, isObject(before) && isObject(value) ? childPatch(before, value) : value] as const;
    });
  return Object.fromEntries([...removed, ...changed]);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
