import { globSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitepress';
import { anchorOf } from './anchor.ts';
import { diagrams } from './diagrams.ts';
import { NAVIGATION, SIDEBAR } from './navigation.ts';
import { ROOT, SOURCES, sitePathOf, withoutComments } from './pages.ts';
import { projectLinks } from './projectLinks.ts';

/** Environment: `SITE_BASE`, the path that the site is served under (`/`); `SITE_REPOSITORY`, see projectLinks (none). */
const { SITE_BASE = '/', SITE_REPOSITORY } = process.env;

/** What explains goes before what proves or records, in the search. Runs in the browser: it may name nothing outside of it. */
function weightOf(page: string): number {
  return /\/(?:situations|changelog|performance|decisions\/)/.test(page) ? 0.3 : 1;
}

export default defineConfig({
  title: 'apig-orchestrator',
  description: 'Registers the APIs of an ODA Canvas at the WhaleCloud API Gateway.',
  lang: 'en',
  base: SITE_BASE,
  srcDir: ROOT,
  srcExclude: globSync('**/*.md', { cwd: ROOT, exclude: (name) => name === 'node_modules' }).filter(
    (file) => !SOURCES.includes(file),
  ),
  rewrites: Object.fromEntries(SOURCES.map((file) => [file, sitePathOf(file) ?? file])),
  outDir: join(ROOT, 'dist/site'),
  cacheDir: join(ROOT, 'node_modules/.cache/vitepress'),
  ignoreDeadLinks: false,
  lastUpdated: false,
  markdown: {
    // Pages are text: what looks like a tag is a placeholder.
    html: false,
    anchor: { slugify: anchorOf },
    config(md) {
      md.core.ruler.before('normalize', 'comments', (state) => {
        state.src = withoutComments(state.src);
      });
      projectLinks(md, SITE_REPOSITORY);
      diagrams(md);
    },
  },
  themeConfig: {
    nav: NAVIGATION,
    sidebar: SIDEBAR,
    outline: [2, 3],
    search: { provider: 'local', options: { miniSearch: { searchOptions: { boostDocument: weightOf } } } },
  },
});
