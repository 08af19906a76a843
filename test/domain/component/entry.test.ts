import { findEntry, isSameEntry } from '../../../src/domain/component/entry.ts';

const ENTRY = { name: 'shop-catalog', uid: 'u2', url: 'http://g/a', ready: true };

test.each<[string, unknown, unknown]>([
  ['a list', { coreAPIs: [{ uid: 'u1' }, ENTRY] }, '/status/coreAPIs/1'],
  ['another list', { coreAPIs: [{ uid: 'u1' }], managementAPIs: [ENTRY] }, '/status/managementAPIs/0'],
  ['the map of the legacy era', { securityAPIs: { partyrole: ENTRY } }, '/status/securityAPIs/partyrole'],
  [
    'a map with keys that a pointer must escape',
    { securityAPIs: { 'a/b~c': ENTRY } },
    '/status/securityAPIs/a~1b~0c',
  ],
])('an entry is found by uid in %s', (_where, status, pointer) => {
  expect(findEntry(status, 'u2')).toEqual({
    url: 'http://g/a',
    developerUI: undefined,
    ready: true,
    pointer,
  });
});

test.each([
  undefined,
  null,
  'text',
  {},
  { coreAPIs: null },
  { coreAPIs: 'x' },
  { coreAPIs: [null, 'u2', { uid: 'u1' }] },
])('nothing is found in %j', (status) => {
  expect(findEntry(status, 'u2')).toBeUndefined();
});

test('what an entry says in another type counts as not said', () => {
  expect(findEntry({ coreAPIs: [{ uid: 'u2', url: 7, ready: 'yes' }] }, 'u2')).toMatchObject({
    url: undefined,
    ready: undefined,
  });
});

test('absent and undefined are the same; not ready and not said are not', () => {
  expect(isSameEntry({ url: 'a' }, { url: 'a', developerUI: undefined, ready: undefined })).toBe(true);
  expect(isSameEntry({ url: 'a' }, { url: 'a', ready: false })).toBe(false);
});
