import fc from 'fast-check';
import { canonicalJson } from '../../../src/domain/kubernetes/canonicalJson.ts';
import { specHash } from '../../../src/domain/spec/specHash.ts';
import { API_SPEC, parsedApi } from '../../support/builders/apis.ts';

test('the order of keys makes no difference, at any depth', () => {
  expect(specHash({ a: 1, b: { c: [1, 2], d: 2 } })).toBe(specHash({ b: { d: 2, c: [1, 2] }, a: 1 }));
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['an empty developerUI', { developerUI: '' }],
  ['an empty template', { template: '' }],
  [
    'a policy that is off',
    { rateLimit: { enabled: false, limit: '', interval: 'pm' }, quota: { limit: '' } },
  ],
  ['the default segment', { segment: 'coreFunction' }],
  ['a field that is none of ours', { required: true }],
])('%s means the same as none', (_what, changes) => {
  expect(parsedApi({ spec: changes }).specHash).toBe(parsedApi().specHash);
});

test.each(
  Object.entries({
    path: '/other',
    port: 9090,
    implementation: 'other',
    specification: { url: 'https://specs.example/other.json' },
    segment: 'securityFunction',
    developerUI: '/docs',
    CORS: { enabled: true },
  }),
)('another %s is another hash', (field, value) => {
  expect(parsedApi({ spec: { [field]: value } }).specHash).not.toBe(parsedApi().specHash);
});

test('two bad specs that differ have hashes that differ, so that a correction is noticed', () => {
  expect(parsedApi({ spec: { port: 0 } }).specHash).not.toBe(parsedApi({ spec: { port: -1 } }).specHash);
});

test('is stable: recorded statuses rely on it', () => {
  expect(specHash(API_SPEC)).toBe('sha256:0bb37bcae7893eb17a975cef1e1b6f80');
  expect(parsedApi().specHash).toBe('sha256:67cb389fe3e22b6c03dd1aa1db28a259');
  expect(specHash(undefined)).toBe(specHash(null));
});

test('equal JSON gives equal text, and only equal JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const shuffled: unknown = JSON.parse(canonicalJson(a));
      expect(canonicalJson(shuffled)).toBe(canonicalJson(a));
      expect(shuffled).toEqual(JSON.parse(JSON.stringify(a)));
      expect(canonicalJson(a) === canonicalJson(b)).toBe(isEqual(a, b));
    }),
    { numRuns: 1_000 },
  );
});

test('nothing that a tenant can store exhausts the stack of whoever compares it', () => {
  const deep = (end: string): unknown => JSON.parse(`${'{"a":['.repeat(4_900)}${end}${']}'.repeat(4_900)}`);
  expect(canonicalJson([1, deep('1')])).toBe(canonicalJson([1, deep('2')]));
  expect(canonicalJson([1, deep('1')])).not.toBe(canonicalJson([2, deep('1')]));
});

function isEqual(a: unknown, b: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
    return true;
  } catch {
    return false;
  }
}
