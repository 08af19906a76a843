import { median, percentile } from '../../../../deploy/dev/bench/statistics.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 4, 2])).toBe(3);
  expect(median([7])).toBe(7);
});

test('a percentile is a value that was measured: the smallest that enough others are not above', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 50)).toBe(50);
  expect(percentile(hundred, 99)).toBe(99);
  expect(percentile([3, 1, 2], 50)).toBe(2);
  expect(percentile([3, 1, 2], 99)).toBe(3);
});

test('nothing measured is no number, instead of 0', () => {
  expect(median([])).toBeNaN();
  expect(percentile([], 50)).toBeNaN();
});
