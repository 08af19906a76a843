import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A link of a page that leads nowhere. */
export interface DeadLink {
  readonly page: string;
  readonly href: string;
}

/**
 * Follows every link within a built site: to a page or file, and to the heading that its anchor names.
 * @param base path that the site is served under; begins and ends with a slash
 */
export function deadLinksIn(directory: string, base: string): readonly DeadLink[] {
  const pages = globSync('**/*.html', { cwd: directory });
  const ids = new Map(pages.map((page) => [page, idsOf(readFileSync(join(directory, page), 'utf8'))]));
  return pages.flatMap((page) =>
    hrefsOf(readFileSync(join(directory, page), 'utf8'))
      .filter((href) => !leadsOut(href) && !isAlive(page, href))
      .map((href) => ({ page, href })),
  );

  function isAlive(page: string, href: string): boolean {
    const [path = '', anchor = ''] = decodeURI(href).split('#', 2);
    if (path.startsWith('/') && !path.startsWith(base)) return false;
    const target =
      path === '' ? page : fileOf(path.startsWith('/') ? path.slice(base.length) : join(dirname(page), path));
    if (anchor !== '') return ids.get(target)?.has(anchor) ?? false;
    return existsSync(join(directory, target));
  }
}

function fileOf(path: string): string {
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

function leadsOut(href: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(href);
}

function hrefsOf(html: string): readonly string[] {
  return [...new Set(Array.from(html.matchAll(/<a [^>]*href="([^"]+)"/g), ([, href = '']) => href))];
}

function idsOf(html: string): ReadonlySet<string> {
  return new Set(Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id = '']) => id));
}
