import { readFileSync } from 'node:fs';
import { SETTINGS } from '../../src/config/settings.ts';
import { parseApiSpec } from '../../src/domain/spec/apiSpec.ts';
import { API_SPEC } from '../support/builders/apis.ts';

const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));

/** The first number of the second cell in the row whose first cell has these words. */
function numberOf(words: string): number {
  const limit = rows.find(([, what = '']) => what.includes(words))?.[2] ?? '';
  return Number(/\d[\d,]*/.exec(limit)?.[0].replaceAll(',', ''));
}

const isValid = (spec: Readonly<Record<string, unknown>>): boolean =>
  parseApiSpec({ ...API_SPEC, ...spec }).valid;

test.each<[string, (length: number) => Readonly<Record<string, unknown>>]>([
  ['`spec.name`', (length) => ({ name: 'n'.repeat(length) })],
  ['`spec.path`', (length) => ({ path: `/${'p'.repeat(length - 1)}` })],
  [
    'documents in',
    (length) => ({ specification: Array.from({ length }, () => 'https://specs.example/a.json') }),
  ],
])('the limit of %s on docs/limits.md is that of the code', (words, specOf) => {
  expect(numberOf(words)).toBeGreaterThan(1);
  expect([isValid(specOf(numberOf(words))), isValid(specOf(numberOf(words) + 1))]).toEqual([true, false]);
});

test('times and rates on docs/limits.md that a setting changes are its default', () => {
  const units: Readonly<Record<string, string>> = { s: ' s', m: ' minutes', '': '' };
  const wrong = rows.flatMap(([, , limit = '', names = '']) =>
    Object.entries(SETTINGS)
      .filter(([name]) => names.includes(`\`${name}\``))
      .filter(([, { defaultText }]) => {
        const [, number = '', unit = ''] = /^(\d+)([sm]?)$/.exec(defaultText) ?? [];
        return number === '' || !limit.includes(`${number}${units[unit]}`);
      })
      .map(([name]) => name),
  );
  expect(wrong).toEqual([]);
  expect(page).toContain('`RESYNC_INTERVAL`');
});
