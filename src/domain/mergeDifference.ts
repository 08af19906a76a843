import { canonicalJson } from './canonicalJson.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The part of a JSON merge patch (RFC 7386) that brings `current` to say what `wanted` says; keys not named stay.
 * Undefined and null both mean "not there". Objects one level down are replaced whole: what they no longer have becomes null.
 */
export function mergeDifference(current: unknown, wanted: Json): Json {
  const before = asObject(current);
  const patch: Record<string, unknown> = {};
  for (const [key, wish] of Object.entries(wanted)) {
    const value = wish ?? null;
    const present = before[key] ?? null;
    if (canonicalJson(present) === canonicalJson(value)) continue;
    patch[key] = isObject(present) && isObject(value) ? { ...removals(present, value), ...value } : value;
  }
  return patch;
}

export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function removals(before: Json, after: Json): Json {
  return Object.fromEntries(
    Object.keys(before)
      .filter((key) => after[key] === undefined)
      .map((key) => [key, null]),
  );
}
