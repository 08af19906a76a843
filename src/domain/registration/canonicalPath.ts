/** An escape, a slash too many or at the end, none at the beginning: most paths have nothing of it. */
const SPELT_OTHERWISE = /%|\/\/|.\/$|^[^/]|^$/;
const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * One form of all spellings of a path that a gateway takes for the same: unreserved characters unescaped (RFC 3986, 2.3), escapes in
 * capitals, one slash for many, none at the end. For comparing only: what is sent is what the spec says.
 */
export function canonicalPath(path: string): string {
  if (!SPELT_OTHERWISE.test(path)) return path;
  const decoded = path.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCodePoint(Number.parseInt(escape.slice(1), 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
  const slashed = `/${decoded}`.replaceAll(/\/{2,}/g, '/');
  return slashed.length > 1 && slashed.endsWith('/') ? slashed.slice(0, -1) : slashed;
}
