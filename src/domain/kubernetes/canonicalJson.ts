/** Deeper than anything that is meant, and far from what exhausts a stack; the API server stores 10,000 levels. */
const MAX_NESTING = 256;

/**
 * JSON with sorted keys and without undefined members: equal values give equal text. What is nested deeper than 256
 * levels is left out, so that nothing that a tenant can store exhausts the stack of whoever compares it.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(inOrder(value, MAX_NESTING));
}

function inOrder(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((member: unknown) => inOrder(member, levels - 1));
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, inOrder(member, levels - 1)]),
  );
}

/** Without recursion: what the API server stores may be deep enough to exhaust the stack of whoever walks it. */
export function isNestedDeeper(value: unknown, limit: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((one): unknown[] =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
