import { check } from 'prettier';
import { formatNumber, markdownTable } from '../../../../deploy/dev/bench/table.ts';

test('a table is as prettier writes it, so that the page needs no formatting', async () => {
  const table = markdownTable(
    ['', 'this 1a2b3c4d', 'landed'],
    [
      ['registrations a second', '26.1; 25.8', '15.2'],
      ['calls', '0', '–'],
    ],
  );
  expect(table.split('\n')).toEqual([
    '|                        | this 1a2b3c4d | landed |',
    '| ---------------------- | ------------: | -----: |',
    '| registrations a second |    26.1; 25.8 |   15.2 |',
    '| calls                  |             0 |      – |',
  ]);
  expect(await check(`${table}\n`, { parser: 'markdown' })).toBe(true);
});

test('a bar in a cell does not end the cell', () => {
  expect(markdownTable(['a|b'], [])).toContain(String.raw`a\|b`);
});

test.each([
  [0, '0'],
  [15, '15'],
  [1.234, '1.23'],
  [15.26, '15.3'],
  [604.4, '604'],
  [10_000, '10,000'],
  [undefined, '–'],
  [Number.NaN, '–'],
])('%p is shown as %s', (value, shown) => {
  expect(formatNumber(value)).toBe(shown);
});
