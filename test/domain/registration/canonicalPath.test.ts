import { canonicalPath } from '../../../src/domain/registration/canonicalPath.ts';

test.each([
  ['/x', '/x'],
  ['/x/', '/x'],
  ['//x///y//', '/x/y'],
  ['x', '/x'],
  ['/', '/'],
  ['', '/'],
  ['/%78%2D%7e', '/x-~'],
  ['/a%c3%a4', '/a%C3%A4'],
  ['/a%20b', '/a%20b'],
  ['/X', '/X'],
])('"%s" is to a gateway what "%s" is', (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical);
  expect(canonicalPath(canonical)).toBe(canonical);
});
