import fc from 'fast-check';
import { parseApiSpec, specHash } from '../../../src/domain/spec/apiSpec.ts';
import { API_SPEC, parsedApi } from '../../support/builders/apis.ts';
import { canonicalJson } from '../../../src/domain/kubernetes/canonicalJson.ts';

const faultsOf = (changes: Readonly<Record<string, unknown>>): readonly string[] => {
  const parsed = parseApiSpec({ ...API_SPEC, ...changes });
  return parsed.valid ? [] : parsed.faults.map(({ field }) => field);
};
const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);

test('a good spec comes out in one form, with what may be absent filled in', () => {
  expect(parseApiSpec(API_SPEC)).toEqual({
    valid: true,
    value: {
      name: 'productcatalog',
      apiType: 'openapi',
      implementation: 'catalog',
      path: '/shop/catalog/v4',
      port: 8080,
      segment: 'coreFunction',
      specifications: [{ url: 'https://specs.example/TMF620.json', version: 'v4' }],
      developerUI: undefined,
      policies: {},
    },
  });
});

test('empty strings of optional fields mean absent, and of the policies those asked for are carried', () => {
  const quota = { identifier: 'app', limit: '10' };
  const parsed = parseApiSpec({ ...API_SPEC, developerUI: '', template: '', quota, CORS: {} });
  expect(parsed).toMatchObject({ valid: true, value: { policies: { quota } } });
  expect(parsed.valid && parsed.value.developerUI).toBeUndefined();
  expect(parsed.valid && Object.keys(parsed.value.policies)).toEqual(['quota']);
});

test.each([
  ['/', '/'],
  ['/a', '/a'],
  ['/tmf-api/productCatalogManagement/v4', 'an ordinary path'],
  ['/a/', 'a closing slash'],
  ['/a.b/..c/v4;x=1', 'dots inside a segment'],
  ['/caf%C3%A9', 'an escaped letter'],
])('the path %j is good: %s', (path) => {
  expect(faultsOf({ path })).toEqual([]);
});

test.each<[unknown, string]>([
  [undefined, 'no path'],
  ['', 'nothing'],
  [7, 'a number'],
  ['a/b', 'no leading slash'],
  ['//evil.example/a', 'a host'],
  ['/a//b', 'an empty segment'],
  ['/a/../b', 'a step up'],
  ['/a/..', 'a step up at the end'],
  ['/a/./b', 'a step to itself'],
  ['/a/..;x=1/b', 'a step up that Java servers see'],
  ['/a/%2e%2e/b', 'an escaped step up'],
  ['/a/%2E./b', 'half an escaped step up'],
  ['/a/%252e%252e/b', 'a doubly escaped step up'],
  ['/a%2Fb', 'an escaped slash'],
  ['/a%5cb', 'an escaped backslash'],
  ['/a%00b', 'an escaped zero'],
  ['/a%0d%0aHost:b', 'an escaped line end'],
  ['/a%1fb', 'an escaped control character'],
  ['/a%zz', 'a broken escape'],
  ['/a/%c0%ae%c0%ae/b', 'a step up for lenient decoders'],
  ['/a%2', 'half an escape'],
  ['/a\nb', 'a line end'],
  ['/a b', 'a space'],
  ['/a?b', 'a query'],
  ['/a#b', 'a fragment'],
  ['/a\\b', 'a backslash'],
  ['/<script>', 'markup'],
  ['/café', 'a letter that must be escaped'],
  [`/${'a'.repeat(1024)}`, 'more than 1024 characters'],
])('the path %j is refused: %s', (path) => {
  expect(faultsOf({ path })).toEqual(['spec.path']);
});

test.each<[string, unknown, string]>([
  ['name', '', 'spec.name'],
  ['name', undefined, 'spec.name'],
  ['name', 'a\nb', 'spec.name'],
  ['name', 'a\u0000', 'spec.name'],
  ['name', 'x'.repeat(254), 'spec.name'],
  ['apiType', undefined, 'spec.apiType'],
  ['apiType', 'open api', 'spec.apiType'],
  ['implementation', 'evil.example/', 'spec.implementation'],
  ['implementation', 'Catalog', 'spec.implementation'],
  ['implementation', 'x'.repeat(64), 'spec.implementation'],
  ['port', 0, 'spec.port'],
  ['port', 65536, 'spec.port'],
  ['port', 80.5, 'spec.port'],
  ['port', '80', 'spec.port'],
  ['segment', 'otherFunction', 'spec.segment'],
  ['developerUI', 7, 'spec.developerUI'],
  ['developerUI', 'javascript:alert(1)', 'spec.developerUI'],
  ['developerUI', '/docs/../admin', 'spec.developerUI'],
  ['specification', 7, 'spec.specification'],
  ['specification', 'file:///etc/passwd', 'spec.specification'],
  ['specification', 'https://ada:pw@specs.example/a.json', 'spec.specification'],
  ['specification', ['https://specs.example/a.json', 'specs/b.json'], 'spec.specification'],
  ['specification', { url: 'https://specs.example/a b' }, 'spec.specification'],
  ['rateLimit', nested(40), 'spec.rateLimit'],
  ['rateLimit', { enabled: true, limit: 'many' }, 'spec.rateLimit.limit'],
])('%s of %j is a fault of %s', (field, value, fault) => {
  expect(faultsOf({ [field]: value })).toEqual([fault]);
});

test.each([1, 65535])('port %d is good', (port) => {
  expect(faultsOf({ port })).toEqual([]);
});

test.each(['/docs', 'https://docs.example/catalog'])('the developer UI can be %s', (developerUI) => {
  expect(faultsOf({ developerUI })).toEqual([]);
});

test('every fault is told, each with its field', () => {
  const parsed = parseApiSpec({});
  expect(parsed.valid ? [] : parsed.faults.map(({ field }) => field)).toEqual([
    'spec.name',
    'spec.apiType',
    'spec.implementation',
    'spec.path',
    'spec.port',
  ]);
});

test('thousands of documents are one fault, not thousands', () => {
  expect(faultsOf({ specification: Array(5_000).fill('x y') })).toEqual(['spec.specification']);
  expect(faultsOf({ specification: Array(33).fill('https://specs.example/a.json') })).toEqual([
    'spec.specification',
  ]);
  expect(faultsOf({ specification: ['x y', 'x z'] })).toEqual(['spec.specification']);
});

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

test('a name may hold spaces, for the gateway never sees it', () => {
  expect(faultsOf({ name: 'Product Catalog Management' })).toEqual([]);
});

test.each([
  ['<external>', {}],
  [' <External> ', { path: '', port: 0, name: undefined, specification: 'no url', apiType: 7, CORS: 'x' }],
])('the implementation %j is outside the cluster, whatever else the spec says', (implementation, changes) => {
  const parsed = parseApiSpec({ ...API_SPEC, implementation, ...changes });
  expect(parsed).toMatchObject({
    valid: true,
    value: { isExternal: true, specifications: [], policies: {} },
  });
});
