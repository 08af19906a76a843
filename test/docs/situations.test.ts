import { existsSync, readFileSync } from 'node:fs';
import { testTitles } from '../support/builders/testTitles.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/situations.md', ROOT), 'utf8');

/** A line of a table: what may happen, the tests that show it, and whether one of them runs on the real control plane. */
interface Row {
  readonly situation: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  readonly isReal: boolean;
}

function rowsOf(text: string): readonly Row[] {
  return Array.from(
    text.matchAll(/^\| (?!Situation|---)(.+?) \| (.+) \| (yes )?\|$/gm),
    ([, situation, tests, real]) => ({
      situation: situation ?? '',
      tests: Array.from(
        (tests ?? '').matchAll(/\]\(\.\.\/(test\/[^)]+)\): `([^`]+)`/g),
        ([, file, title]) => ({
          file: file ?? '',
          title: title ?? '',
        }),
      ),
      isReal: real !== undefined,
    }),
  );
}

function titlesOf(file: string): readonly string[] {
  const url = new URL(file, ROOT);
  return existsSync(url) ? testTitles(readFileSync(url, 'utf8')) : [];
}

const rows = rowsOf(page);

test('every line of a table but its head is read as a row', () => {
  const lines = page.match(/^\|/gm)?.length ?? 0;
  const heads = page.match(/^\| Situation \| Tests \| Real \|\n\| --- \| --- \| --- \|$/gm)?.length ?? 0;
  expect(rows).toHaveLength(lines - 2 * heads);
  expect(rows.length).toBeGreaterThan(100);
});

test('every situation has a test, and every test that is named exists', () => {
  const unproven = rows.filter(({ tests }) => tests.length === 0).map(({ situation }) => situation);
  const missing = rows
    .flatMap(({ tests }) => tests)
    .filter(({ file, title }) => !titlesOf(file).includes(title))
    .map(({ file, title }) => `${file}: ${title}`);
  expect({ unproven, missing }).toEqual({ unproven: [], missing: [] });
});

test('a row says "yes" where one of its tests runs on the real control plane, and only there', () => {
  const wrong = rows.filter(
    ({ tests, isReal }) => isReal !== tests.some(({ file }) => file.startsWith('test/integration/')),
  );
  expect(wrong.map(({ situation }) => situation)).toEqual([]);
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
