import fc from 'fast-check';
import {
  parsePolicies,
  POLICY_FIELDS,
  recordedPolicies,
  requestedPolicies,
} from '../../../src/domain/spec/policies.ts';

type Json = Readonly<Record<string, unknown>>;

const faultsOf = (spec: Json): readonly string[] => {
  const parsed = parsePolicies(spec);
  return parsed.valid ? [] : parsed.faults.map(({ field, message }) => `${field}: ${message}`);
};
const requested = (spec: Json): unknown => {
  const parsed = parsePolicies(spec);
  if (!parsed.valid) throw new Error(JSON.stringify(parsed.faults));
  return requestedPolicies(parsed.value);
};
const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);

const EVERY: Json = {
  apiKeyVerification: { enabled: true, location: 'apikey' },
  rateLimit: { enabled: true, identifier: 'IP', limit: '100', interval: 'pm' },
  quota: { identifier: 'Consumer', limit: '5000' },
  OASValidation: {
    requestEnabled: true,
    responseEnabled: false,
    allowUnspecifiedHeaders: true,
    allowUnspecifiedQueryParams: false,
    allowUnspecifiedCookies: true,
  },
  CORS: {
    enabled: true,
    allowCredentials: false,
    allowOrigins: 'https://shop.example,https://bank.example',
    handlePreflightRequests: {
      enabled: true,
      allowHeaders: 'Origin,X-Requested-With',
      allowMethods: 'GET,POST',
      maxAge: 1800,
    },
  },
  template: 'gold',
};

/** What the chart of a real Component renders where nobody set anything. */
const CHART: Json = {
  apiKeyVerification: { enabled: false, location: '' },
  rateLimit: { enabled: false, identifier: '', limit: '', interval: 'pm' },
  quota: { identifier: '', limit: '' },
  OASValidation: {
    requestEnabled: false,
    responseEnabled: false,
    allowUnspecifiedHeaders: false,
    allowUnspecifiedQueryParams: false,
    allowUnspecifiedCookies: false,
  },
  CORS: {
    enabled: false,
    allowCredentials: false,
    allowOrigins: '',
    handlePreflightRequests: { enabled: false, allowHeaders: '', allowMethods: '', maxAge: 0 },
  },
  template: '',
};

test('every policy, asked for with all its fields, comes out as it was written', () => {
  expect(requested(EVERY)).toEqual(EVERY);
  expect(Object.keys(EVERY).toSorted()).toEqual(POLICY_FIELDS.toSorted());
});

test.each<[string, Json]>([
  ['nothing', {}],
  ['what a chart renders for nobody', CHART],
  ['nulls', Object.fromEntries(POLICY_FIELDS.map((field) => [field, null]))],
  ['empty blocks', { apiKeyVerification: {}, rateLimit: {}, quota: {}, OASValidation: {}, CORS: {} }],
])('%s asks for no policy', (_what, spec) => {
  expect(faultsOf(spec)).toEqual([]);
  expect(requested(spec)).toEqual({});
});

test.each<[string, Json]>([
  ['a key without its switch', { apiKeyVerification: { location: 'apikey' } }],
  ['a rate limit without its switch', { rateLimit: { limit: '5', identifier: 'IP' } }],
  ['a rate limit that is off, whatever its limit', { rateLimit: { enabled: false, limit: 'many' } }],
  ['a quota without limit', { quota: { identifier: 'IP' } }],
  ['validation of nothing', { OASValidation: { allowUnspecifiedHeaders: true } }],
  ['preflights without CORS', { CORS: { handlePreflightRequests: { enabled: true } } }],
  ['a blank template', { template: '  ' }],
])('%s is no request', (_what, spec) => {
  expect(requested(spec)).toEqual({});
});

test.each<[string, Json, unknown]>([
  ['a key', { apiKeyVerification: { enabled: true } }, { apiKeyVerification: { enabled: true } }],
  [
    'a rate limit, per second unless it says otherwise',
    { rateLimit: { enabled: true, limit: '5', interval: '' } },
    { rateLimit: { enabled: true, limit: '5', interval: 'ps' } },
  ],
  ['a quota, which has no switch', { quota: { limit: '1', identifier: '' } }, { quota: { limit: '1' } }],
  [
    'validation of responses alone',
    { OASValidation: { responseEnabled: true } },
    { OASValidation: { responseEnabled: true } },
  ],
  [
    'CORS, with blanks in its lists',
    { CORS: { enabled: true, allowOrigins: ' https://a.example , *,', handlePreflightRequests: null } },
    { CORS: { enabled: true, allowOrigins: 'https://a.example,*' } },
  ],
  ['a template', { template: ' gold ' }, { template: 'gold' }],
  [
    'fields that nobody defined are let through by the API server and left out',
    { rateLimit: { enabled: true, limit: '5', interval: 'pm', burst: 9 }, firewall: { enabled: true } },
    { rateLimit: { enabled: true, limit: '5', interval: 'pm' } },
  ],
])('%s is asked for', (_what, spec, expected) => {
  expect(requested(spec)).toEqual(expected);
});

test.each<[unknown, boolean]>([
  ['1', true],
  ['100', true],
  ['999999999999999', true],
  ['0', false],
  ['-5', false],
  ['1.5', false],
  ['1e3', false],
  ['ten', false],
  ['010', false],
  ['1 000', false],
  ['', false],
  [undefined, false],
  ['9'.repeat(16), false],
])('the limit %j of a rate limit that is on: %s', (limit, isGood) => {
  const fault = 'spec.rateLimit.limit: must be a positive whole number written as text, for example "100"';
  expect(faultsOf({ rateLimit: { enabled: true, limit } })).toEqual(isGood ? [] : [fault]);
});

test.each<[string, unknown, string]>([
  ['apiKeyVerification', true, 'spec.apiKeyVerification: must be an object'],
  ['apiKeyVerification', { enabled: 'true' }, 'spec.apiKeyVerification.enabled: must be true or false'],
  ['apiKeyVerification', { location: 7 }, 'spec.apiKeyVerification.location: must be a string'],
  ['rateLimit', [], 'spec.rateLimit: must be an object'],
  ['rateLimit', { enabled: 1 }, 'spec.rateLimit.enabled: must be true or false'],
  ['rateLimit', { identifier: {} }, 'spec.rateLimit.identifier: must be a string'],
  ['rateLimit', { limit: 100 }, 'spec.rateLimit.limit: must be a string'],
  ['rateLimit', { interval: 'ph' }, 'spec.rateLimit.interval: must be ps (per second) or pm (per minute)'],
  ['quota', 'none', 'spec.quota: must be an object'],
  ['quota', { limit: 5 }, 'spec.quota.limit: must be a string'],
  ['quota', { limit: 'many' }, 'spec.quota.limit: must be a positive whole number written as text'],
  ['quota', { identifier: ['IP'] }, 'spec.quota.identifier: must be a string'],
  ['OASValidation', 7, 'spec.OASValidation: must be an object'],
  ['OASValidation', { requestEnabled: 'yes' }, 'spec.OASValidation.requestEnabled: must be true or false'],
  ['OASValidation', { responseEnabled: 1 }, 'spec.OASValidation.responseEnabled: must be true or false'],
  ['OASValidation', { allowUnspecifiedHeaders: '' }, 'spec.OASValidation.allowUnspecifiedHeaders: must be'],
  ['OASValidation', { allowUnspecifiedQueryParams: 0 }, 'spec.OASValidation.allowUnspecifiedQueryParams: '],
  ['OASValidation', { allowUnspecifiedCookies: [] }, 'spec.OASValidation.allowUnspecifiedCookies: must be'],
  ['CORS', '*', 'spec.CORS: must be an object'],
  ['CORS', { enabled: 'on' }, 'spec.CORS.enabled: must be true or false'],
  ['CORS', { allowCredentials: 'no' }, 'spec.CORS.allowCredentials: must be true or false'],
  ['CORS', { allowOrigins: ['*'] }, 'spec.CORS.allowOrigins: must be a string'],
  [
    'CORS',
    { allowOrigins: 'https://a.example https://b.example' },
    'spec.CORS.allowOrigins: must be origins',
  ],
  ['CORS', { handlePreflightRequests: true }, 'spec.CORS.handlePreflightRequests: must be an object'],
  [
    'CORS',
    { handlePreflightRequests: { enabled: 'x' } },
    'spec.CORS.handlePreflightRequests.enabled: must be true or false',
  ],
  [
    'CORS',
    { handlePreflightRequests: { allowHeaders: 'A B' } },
    'spec.CORS.handlePreflightRequests.allowHeaders: must be names separated by commas',
  ],
  [
    'CORS',
    { handlePreflightRequests: { allowMethods: 'GET;POST' } },
    'spec.CORS.handlePreflightRequests.allowMethods: must be names separated by commas',
  ],
  [
    'CORS',
    { handlePreflightRequests: { maxAge: '5' } },
    'spec.CORS.handlePreflightRequests.maxAge: must be a whole number of seconds',
  ],
  ['CORS', { handlePreflightRequests: { maxAge: 1.5 } }, 'spec.CORS.handlePreflightRequests.maxAge: must be'],
  ['CORS', { handlePreflightRequests: { maxAge: -2 } }, 'spec.CORS.handlePreflightRequests.maxAge: must be'],
  ['template', {}, 'spec.template: must be a string'],
  ['template', 'a\u0007b', 'spec.template: must not contain control characters'],
  ['template', 'x'.repeat(1025), 'spec.template: must be at most 1024 characters'],
  ['rateLimit', nested(40), 'spec.rateLimit: must not be nested deeper than 32 levels'],
])('%s of %j is a fault that names the field and what is right', (field, value, expected) => {
  const faults = faultsOf({ [field]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(expected);
});

test('every fault is told at once', () => {
  const spec = { rateLimit: { enabled: true, limit: '', interval: 'x' }, quota: { limit: '0' }, template: 1 };
  expect(faultsOf(spec).map((fault) => fault.split(':')[0])).toEqual(
    expect.arrayContaining(['spec.rateLimit.interval', 'spec.quota.limit', 'spec.template']),
  );
});

test('what is recorded is read back as it was, whatever a spec asks for; garbage is no record', () => {
  const spec = fc.record(
    Object.fromEntries(
      Object.entries(EVERY).map(([field, good]) => [
        field,
        fc.oneof({ weight: 6, arbitrary: fc.constant(good) }, fc.constant(CHART[field]), fc.jsonValue()),
      ]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(spec, (raw) => {
      const parsed = parsePolicies(raw);
      if (!parsed.valid) return;
      const recorded: unknown = JSON.parse(JSON.stringify(requestedPolicies(parsed.value)));
      expect(recordedPolicies.parse(recorded)).toStrictEqual(recorded);
    }),
    { numRuns: 1_000 },
  );
  for (const garbage of ['x', 7, [], { rateLimit: 'x' }, { template: 'x'.repeat(2_000) }])
    expect(recordedPolicies.parse(garbage)).toBeUndefined();
});
