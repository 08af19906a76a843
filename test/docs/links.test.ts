import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorOf } from '../../docs/site/anchor.ts';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = globSync(['*.md', 'docs/**/*.md', 'deploy/**/*.md'], { cwd: ROOT });

function anchorsOf(file: string): string[] {
  return Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    anchorOf(heading ?? ''),
  );
}

test.each(PAGES)('every link of %s leads somewhere in the project', (page) => {
  const links = Array.from(
    readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g),
    ([, link]) => link ?? '',
  );
  const dead = links.filter((link) => {
    const [file = '', hash] = link.split('#');
    const target = file === '' ? join(ROOT, page) : join(ROOT, dirname(page), file);
    return !existsSync(target) || (hash !== undefined && !anchorsOf(target).includes(hash));
  });
  expect(dead).toEqual([]);
});

test('npm scripts that the pages name exist', () => {
  const scripts = Object.keys(packageJson.scripts);
  const named = PAGES.flatMap((page) =>
    Array.from(
      readFileSync(join(ROOT, page), 'utf8').matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g),
      ([, name]) => name ?? '',
    ),
  );
  expect([...new Set(named)].filter((name) => !scripts.includes(name))).toEqual([]);
});
