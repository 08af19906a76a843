/** Where the URLs of specifications carry their version, in the order in which they are tried. */
const IN_URL = [/_v(\d+)\./i, /\/v(\d+)\//i, /-v(\d+)\./i];

/** `v4` from a stated version (`v4.1.0`, `4.1`), else from the URL (`_v4.`, `/v4/`, `-v4.`), else undefined. */
export function majorVersion(version: unknown, url: unknown): string | undefined {
  const stated = typeof version === 'string' ? /^v?(\d+)(?:\D|$)/i.exec(version.trim())?.[1] : undefined;
  const found = stated ?? (typeof url === 'string' ? inUrl(url) : undefined);
  return found === undefined ? undefined : `v${found}`;
}

function inUrl(url: string): string | undefined {
  for (const pattern of IN_URL) {
    const major = pattern.exec(url)?.[1];
    if (major !== undefined) return major;
  }
  return undefined;
}
