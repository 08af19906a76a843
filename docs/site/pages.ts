import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the project. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Pages of the site that are not in docs/: files of the project by their places on the site. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'contributing/index.md',
  'CHANGELOG.md': 'changelog.md',
  'SECURITY.md': 'reporting-vulnerabilities.md',
  'deploy/dev/simulator/README.md': 'contributing/stand-in-gateway.md',
};

/** Every page of the site, by its file in the project. */
export const SOURCES: readonly string[] = [
  ...globSync('docs/**/*.md', { cwd: ROOT }).toSorted(),
  ...Object.keys(ELSEWHERE),
];

/** Where a file of the project is on the site; undefined where it is no page of it. */
export function sitePathOf(file: string): string | undefined {
  if (!SOURCES.includes(file)) return undefined;
  return ELSEWHERE[file] ?? file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}

/**
 * The file or folder of the project that a link in a page leads to; undefined where it leads out of the project, or to nothing.
 * A folder stands for its README.md where it has one.
 */
export function targetOf(page: string, href: string): string | undefined {
  const path = resolve(ROOT, dirname(page), decodeURI(href));
  if (!existsSync(path)) return undefined;
  const readme = join(path, 'README.md');
  const file = statSync(path).isDirectory() && existsSync(readme) ? readme : path;
  return relative(ROOT, file);
}

/** The first heading of a page. */
export function titleOf(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1] ?? file;
}

/** Comments are for who edits a page. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^<!--.*?-->$/gms, '');
}
