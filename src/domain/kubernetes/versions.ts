/** How far something must have been seen: of each kind, by its plural, the newest resource version. */
export type Versions = Readonly<Record<string, string>>;

/**
 * Resource versions of one kind are numbers that grow; what is no number can only be the same.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isAtLeast(position: string, wanted: string): boolean {
  if (position === wanted) return true;
  return /^\d+$/.test(position) && /^\d+$/.test(wanted) && BigInt(position) > BigInt(wanted);
}

/** Of each kind the newer of both. */
export function newestOf(a: Versions, b: Versions): Versions {
  const newer = Object.entries(b).filter(([kind, version]) => {
    const known = a[kind];
    return known === undefined || isAtLeast(version, known);
  });
  return { ...a, ...Object.fromEntries(newer) };
}
