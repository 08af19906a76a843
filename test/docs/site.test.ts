import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deadLinksIn } from '../../docs/site/checkSite.ts';
import { drawn } from '../../docs/site/diagrams.ts';
import { SIDEBAR } from '../../docs/site/navigation.ts';
import { SOURCES, sitePathOf, withoutComments } from '../../docs/site/pages.ts';
import { placeOf } from '../../docs/site/projectLinks.ts';

test('every page has one place in the sidebar', () => {
  const shown = SIDEBAR.flatMap(({ items = [] }) => items.map(({ link = '' }) => link));
  expect(shown.toSorted()).toEqual(SOURCES.map((file) => `/${sitePathOf(file)}`).toSorted());
});

test('the list of decisions has each of them', () => {
  const list = readFileSync(new URL('../../docs/decisions/README.md', import.meta.url), 'utf8');
  const links = Array.from(list.matchAll(/\]\((\d{4}-[^)]+)\)/g), ([, file]) => `docs/decisions/${file}`);
  expect(links).toEqual(SOURCES.filter((file) => /^docs\/decisions\/\d/.test(file)));
});

describe('a link between files of the project', () => {
  test.each([
    ['docs/install.md', 'settings.md', '/settings.md'],
    ['docs/contributing/debug-one-api.md', '../reasons.md#ready', '/reasons.md#ready'],
    ['CONTRIBUTING.md', 'docs/architecture.md#folders', '/architecture.md#folders'],
    ['docs/index.md', '../CONTRIBUTING.md', '/contributing/index.md'],
    ['docs/index.md', 'decisions', '/decisions/index.md'],
  ])('of %s to the page %s leads to %s', (page, href, place) => {
    expect(placeOf(page, href, undefined)).toBe(place);
  });

  test('to another file leads to the repository, or is plain text where none is named', () => {
    expect(placeOf('docs/gitops.md', '../deploy/chart/values.yaml', 'https://git.example/blob/main')).toBe(
      'https://git.example/blob/main/deploy/chart/values.yaml',
    );
    expect(placeOf('docs/gitops.md', '../deploy/chart/values.yaml', undefined)).toBeUndefined();
  });

  test.each(['https://temporal.io', '#health', 'missing.md'])('%s stays as it is', (href) => {
    expect(placeOf('docs/gitops.md', href, undefined)).toBe(href);
  });
});

test('comments of a page are not on the site', () => {
  expect(withoutComments('# A\n\n<!-- one\ntwo -->\n\nText.\n')).toBe('# A\n\n\n\nText.\n');
});

test('a diagram is a picture that loads nothing', () => {
  const svg = drawn('flowchart LR\n  a["one"] --> b["two"]\n', {
    bg: '#ffffff',
    fg: '#000000',
    accent: '#0000ff',
  });
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain('one');
  expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\(['"]?[a-z]+:/);
});

describe('the check of a built site', () => {
  let site: string;
  beforeEach(() => {
    site = mkdtempSync(join(tmpdir(), 'site-'));
    mkdirSync(join(site, 'guide'));
    writeFileSync(join(site, 'index.html'), '<h2 id="here">x</h2><a href="/docs/guide/one.html#two">ok</a>');
  });
  afterEach(() => {
    rmSync(site, { recursive: true });
  });

  const deadIn = (html: string): readonly string[] => {
    writeFileSync(join(site, 'guide/one.html'), `<h2 id="two">x</h2>${html}`);
    return deadLinksIn(site, '/docs/').map(({ page, href }) => `${page} ${href}`);
  };

  test.each(['/docs/', '../index.html#here', '#two', 'https://elsewhere.example/x', 'mailto:a@b.example'])(
    'follows %s',
    (href) => {
      expect(deadIn(`<a class="x" href="${href}">x</a>`)).toEqual([]);
    },
  );

  test.each(['/docs/missing.html', '../index.html#gone', '#gone', '/elsewhere/index.html'])(
    'tells that %s is dead',
    (href) => {
      expect(deadIn(`<a href="${href}">x</a>`)).toEqual([`guide/one.html ${href}`]);
    },
  );
});
