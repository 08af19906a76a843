import type { MarkdownRenderer } from 'vitepress';
import { relative } from 'node:path';
import { ROOT, sitePathOf, targetOf } from './pages.ts';

/**
 * Pages link to each other by their files, so that links hold in the repository. On the site a link to a page leads to its place
 * there, and a link to another file of the project to the repository.
 * @param repository address of a folder or file there without its path; without one such a link becomes plain text
 */
export function projectLinks(md: MarkdownRenderer, repository: string | undefined): void {
  md.core.ruler.push('project-links', (state) => {
    const env: { readonly realPath?: string; readonly path?: string } = state.env;
    const page = relative(ROOT, env.realPath ?? env.path ?? '');
    for (const { children } of state.tokens) {
      if (children === null) continue;
      const dropped = new Set<number>();
      children.forEach((token, index) => {
        if (token.type !== 'link_open') return;
        const place = placeOf(page, String(token.attrGet('href')), repository);
        if (place !== undefined) token.attrSet('href', place);
        else {
          dropped.add(index);
          dropped.add(children.findIndex(({ type }, at) => at > index && type === 'link_close'));
        }
      });
      if (dropped.size > 0)
        children.splice(0, children.length, ...children.filter((_, at) => !dropped.has(at)));
    }
  });
}

/**
 * Where a link leads on the site. Undefined: nowhere that a reader of the site can go.
 * @param page the file of the project that has the link
 */
export function placeOf(page: string, href: string, repository: string | undefined): string | undefined {
  if (/^([a-z]+:|#|\/)/i.test(href)) return href;
  const [path = '', anchor] = href.split('#', 2);
  const target = targetOf(page, path);
  // What is missing stays as it is: the build refuses it.
  if (target === undefined) return href;
  const suffix = anchor === undefined ? '' : `#${anchor}`;
  const place = sitePathOf(target);
  if (place !== undefined) return `/${place}${suffix}`;
  return repository === undefined ? undefined : `${repository}/${target}${suffix}`;
}
