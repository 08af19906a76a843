import { existsSync, readFileSync } from 'node:fs';
import { testTitles } from '../support/builders/testTitles.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/situations.md', ROOT), 'utf8');

const MARK = ' _(real control plane)_';

/** A list item: what may happen, the tests that prove it, and whether one of them runs on the real control plane. */
interface Situation {
  readonly sentence: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  readonly isReal: boolean;
}

/** An item of the outer list with the items below it. A test is a link with its path for a text, and its title. */
function situationsOf(text: string): readonly Situation[] {
  return Array.from(text.matchAll(/^- (.+)\n((?: {2}- .+\n)*)/gm), ([, line = '', items = '']) => ({
    sentence: line.replace(MARK, ''),
    tests: Array.from(
      items.matchAll(/^ {2}- \[([^\]]+)\]\(\.\.\/(test\/\1\.test\.ts)\): `([^`]+)`$/gm),
      ([, , file = '', title = '']) => ({ file, title }),
    ),
    isReal: line.endsWith(MARK),
  }));
}

function titlesOf(file: string): readonly string[] {
  const url = new URL(file, ROOT);
  return existsSync(url) ? testTitles(readFileSync(url, 'utf8')) : [];
}

const [, lists = ''] = page.split('\n## Situations\n');
const situations = situationsOf(lists);

test('every item of the lists is read as a situation or as one of its tests', () => {
  expect(situations).toHaveLength(lists.match(/^[-*+] /gm)?.length ?? 0);
  expect(situations.flatMap(({ tests }) => tests)).toHaveLength(lists.match(/^[ \t]+[-*+] /gm)?.length ?? 0);
  expect(situations.length).toBeGreaterThan(100);
  expect(lists).not.toMatch(/^\s*\|/m);
});

test('every group has situations, and every situation is a sentence of its own', () => {
  const empty = lists
    .split(/^### /m)
    .slice(1)
    .filter((group) => situationsOf(group).length === 0);
  const sentences = situations.map(({ sentence }) => sentence);
  expect(empty).toEqual([]);
  expect(sentences.filter((sentence) => !/^[A-Z0-9`].*\.$/.test(sentence))).toEqual([]);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test('every situation has a test, and every test that is named exists', () => {
  const unproven = situations.filter(({ tests }) => tests.length === 0).map(({ sentence }) => sentence);
  const missing = situations
    .flatMap(({ tests }) => tests)
    .filter(({ file, title }) => !titlesOf(file).includes(title))
    .map(({ file, title }) => `${file}: ${title}`);
  expect({ unproven, missing }).toEqual({ unproven: [], missing: [] });
});

test('a situation is marked where one of its tests runs on the real control plane, and only there', () => {
  const wrong = situations.filter(
    ({ tests, isReal }) => isReal !== tests.some(({ file }) => file.startsWith('test/integration/')),
  );
  expect(wrong.map(({ sentence }) => sentence)).toEqual([]);
});

test('a renamed, a commented-out and a skipped test are missed, in a block or not', () => {
  // Put together here, so that a search for such tests does not find this text.
  const [skip, only] = ['skip', 'only'];
  const source = `
    test('plain', () => {});
    // test('commented out', () => {});
    test.${skip}('skipped', () => {});
    test.each([['test.each row']])('of %s', () => {});
    describe('block', () => { it(\`inner\`, async () => { await run(); }); });
    describe.each([1])('of %s', () => { test.${only}('each', () => {}); });
  `;
  expect(testTitles(source)).toEqual(['plain', 'of %s', 'block › inner', 'of %s › each']);
  expect(() => testTitles('test(name, () => {})')).toThrow('plain text');
});
