import fc from 'fast-check';
import { roughSize } from '../../../src/domain/kubernetes/roughSize.ts';

test('the size is about that of the JSON, whatever the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const { length } = JSON.stringify(value);
      expect(roughSize(value)).toBeGreaterThan(length / 8);
      expect(roughSize(value)).toBeLessThan(8 * length + 8);
    }),
  );
});

test('a text of a megabyte counts as one', () => {
  expect(roughSize({ spec: { ballast: 'x'.repeat(1_000_000) } })).toBeCloseTo(1_000_000, -3);
});

test('thousands of levels are counted, too', () => {
  let deep: unknown = 'end';
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(roughSize(deep)).toBeGreaterThan(100_000);
});
