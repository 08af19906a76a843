import fc from 'fast-check';
import { parseExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { parseApiSpec } from '../../../src/domain/spec/apiSpec.ts';
import { ANNOTATIONS, EXPOSED_APIS, FINALIZER, LEGACY_APIS } from '../../../src/domain/kubernetes/names.ts';
import { restoreRecord } from '../../../src/domain/registration/record.ts';
import { statusOf } from '../../../src/domain/exposedApi/status.ts';
import { statusPatch } from '../../../src/domain/exposedApi/statusPatch.ts';
import { API_SPEC, apiObject, parsedApi } from '../../support/builders/apis.ts';
import { presentApi } from '../../support/builders/presentApis.ts';

const URL_OF_SPEC = 'https://specs.example/TMF620.json';

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['v1beta3', { specification: [URL_OF_SPEC] }],
  ['v1beta4', { specification: [{ url: URL_OF_SPEC }] }],
  ['v1', { specification: { url: URL_OF_SPEC }, segment: 'coreFunction' }],
])('what was written as %s reads the same, with the same hash', (_version, changes) => {
  const api = parsedApi({ spec: changes });
  expect(api.spec).toMatchObject({ valid: true, value: { specifications: [{ url: URL_OF_SPEC }] } });
  expect(api.specHash).toBe(parsedApi({ spec: { specification: URL_OF_SPEC } }).specHash);
});

test('the legacy kind spells its type in lower case and has one specification', () => {
  const { apiType: _gone, ...spec } = API_SPEC;
  const api = parseExposedApi(
    {
      ...apiObject(),
      apiVersion: 'oda.tmforum.org/v1alpha4',
      kind: 'API',
      spec: { ...spec, apitype: 'openapi', specification: URL_OF_SPEC },
    },
    LEGACY_APIS,
  );
  expect(api).toMatchObject({ kind: 'API', ref: { plural: 'apis', namespace: 'shop' } });
  expect(api.spec).toMatchObject({ valid: true, value: { apiType: 'openapi' } });
});

test('metadata says who it is, whose it is and what people asked for', () => {
  const api = parsedApi({
    metadata: {
      finalizers: ['other/one', FINALIZER],
      deletionTimestamp: '2026-01-02T00:00:00Z',
      annotations: {
        [ANNOTATIONS.paused]: 'true',
        [ANNOTATIONS.forceRelease]: 'yes',
        [ANNOTATIONS.deletionPolicy]: 'Retain',
        [ANNOTATIONS.reconcileRequestedAt]: 'now',
      },
      ownerReferences: [
        { kind: 'ReplicaSet', name: 'x', uid: '1' },
        { kind: 'Component', name: 'shop', uid: '2' },
      ],
    },
  });
  expect(api).toMatchObject({
    uid: 'api-uid',
    isDeleting: true,
    holdsFinalizer: true,
    isPaused: true,
    isForceReleased: false,
    deletionPolicy: 'Retain',
    reconcileRequestedAt: 'now',
    parent: { name: 'shop', uid: '2' },
  });
});

test.each([undefined, null, 'text', []])('a spec that is %j has faults and does not throw', (spec) => {
  expect(parseExposedApi({ ...apiObject(), spec }, EXPOSED_APIS).spec.valid).toBe(false);
});

test('a spec thousands of levels deep has a hash, too', () => {
  const deep: unknown = JSON.parse(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`);
  expect(parsedApi({ spec: { deep, port: 0 } }).specHash).toMatch(/^sha256:/);
  expect(parsedApi({ spec: { CORS: deep } }).spec.valid).toBe(false);
});

test('a condition that another controller wrote in its own way does not hide ours', () => {
  const ours = {
    type: 'Registered',
    status: 'True',
    reason: 'Confirmed',
    message: '',
    lastTransitionTime: 't',
  };
  const { status } = parsedApi({ status: { conditions: [{ type: 'Foreign' }, 'odd', ours] } });
  expect(status.conditions).toEqual([ours]);
});

/** Specs near enough to good ones that many get through. */
const anySpec = fc.record(
  Object.fromEntries(
    Object.entries({
      ...API_SPEC,
      segment: 'managementFunction',
      developerUI: '/docs',
      CORS: { enabled: true },
      quota: { limit: '' },
    }).map(([key, good]) => [key, fc.oneof({ weight: 8, arbitrary: fc.constant(good) }, fc.jsonValue())]),
  ),
  { requiredKeys: [] },
);
const registration = fc.record({
  name: fc.string(),
  path: fc.string(),
  specification: fc.oneof(fc.string(), fc.array(fc.string()), fc.record({ url: fc.string() })),
  implementation: fc.string(),
  port: fc.integer(),
});
const anyStatus = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      apiStatus: fc.oneof(fc.jsonValue(), fc.record({ name: fc.jsonValue(), url: fc.webUrl() })),
      implementation: fc.oneof(fc.jsonValue(), fc.record({ ready: fc.boolean() })),
      conditions: fc.oneof(
        fc.jsonValue(),
        fc.array(fc.record({ type: fc.constantFrom('Registered', 'x'), status: fc.jsonValue() })),
      ),
      apig: fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            state: fc.constantFrom('Registered', 'Odd'),
            registered: fc.oneof(registration, fc.jsonValue()),
            pending: fc.oneof(registration, fc.jsonValue()),
            unconfirmed: fc.oneof(fc.array(registration), fc.jsonValue()),
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  ),
);

test('no spec or status that a tenant can store makes it throw, and what is valid keeps the rules', () => {
  let valid = 0;
  fc.assert(
    fc.property(anySpec, anyStatus, (spec, status) => {
      const api = parseExposedApi({ ...apiObject(), spec, status }, EXPOSED_APIS);
      const record = restoreRecord(api.status.apig, 1_000);
      const facts = {
        name: api.ref.name,
        seen: presentApi({ published: api.status.apig, publishedUrl: api.status.apiStatus.url }),
        condition: { state: 'Registering', reason: 'Registering', message: '' },
        record,
        lastReply: undefined,
        registeredAt: undefined,
        conflict: undefined,
      } as const;
      const ours = statusOf(facts, 'notListed');
      expect(ours.apiStatus.name).toBe('shop-catalog-v4');
      const patch = statusPatch(status, ours, 'now');
      expect(patch === undefined || Object.keys(patch).length > 0).toBe(true);
      if (!api.spec.valid) return;
      valid += 1;
      const { path, port, specifications, implementation } = api.spec.value;
      expect(new URL(path, 'http://gateway').pathname).toBe(path);
      expect(path).not.toMatch(/[\p{Cc} <>"\\?#]|\/\/|%2e/iu);
      expect(port > 0 && port < 65_536 && Number.isInteger(port)).toBe(true);
      expect(implementation).toMatch(/^[a-z0-9-]{1,63}$/);
      for (const { url } of specifications) expect(new URL(url).protocol).toMatch(/^https?:$/);
    }),
    { numRuns: 2_000 },
  );
  expect(valid).toBeGreaterThan(100);
});

test('a path that passes means to a URL parser what it says, whatever a tenant tries', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    ';',
    '%2e',
    '%2F',
    '%',
    '25',
    'a',
    '\\',
    '@',
    ':',
    '?',
    '\t',
    '%0a',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const path = `/${pieces.join('')}`;
      const isValid = parseApiSpec({ ...API_SPEC, path }).valid;
      expect(!isValid || new URL(`http://gateway${path}`).pathname === path).toBe(true);
      expect(!isValid || !decodeURIComponent(path).includes('/../')).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});
