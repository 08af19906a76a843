import { createPageSize } from '../../../src/kubernetes/watch/pageSize.ts';

test('pages are halved while they are too large, down to one object, and grow again when objects are small', () => {
  const size = createPageSize(8, 1_000);
  const seen: number[] = [];
  const list = (bytesOfOne: number): void => {
    seen.push(size.current());
    size.note(size.current(), size.current() * bytesOfOne);
  };
  for (let page = 0; page < 5; page += 1) list(600);
  for (let page = 0; page < 5; page += 1) list(100);
  expect(seen).toEqual([8, 4, 2, 1, 1, 1, 2, 4, 8, 8]);
});

test('a page is not made larger than what would be too large, and the last page of a list says nothing of its objects', () => {
  const size = createPageSize(8, 1_000);
  size.note(8, 1_200);
  size.note(4, 600);
  expect(size.current()).toBe(4);
  size.note(1, 10);
  expect(size.current()).toBe(4);
});
