import { join } from 'node:path';
import { build } from 'vitepress';
import { deadLinksIn } from './checkSite.ts';
import { ROOT } from './pages.ts';

/** Builds the site into dist/site, and fails where a link of it is dead. */
await build(join(ROOT, 'docs'));
const { SITE_BASE = '/' } = process.env;
const dead = deadLinksIn(join(ROOT, 'dist/site'), SITE_BASE);
for (const { page, href } of dead) process.stderr.write(`${page}: the link ${href} is dead\n`);
if (dead.length > 0) process.exitCode = 1;
else process.stdout.write('The site is in dist/site, and every link in it holds.\n');
