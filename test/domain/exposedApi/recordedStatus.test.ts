import { parseRecordedStatus } from '../../../src/domain/exposedApi/recordedStatus.ts';
import { isSameRegistration, type Registration } from '../../../src/domain/registration/registration.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const SENT = registrationOf({
  policies: {
    rateLimit: { enabled: true, limit: '5', interval: 'ps' },
    template: 'gold',
  },
});
const readBack = (registered: unknown): Registration | undefined => {
  const status: unknown = JSON.parse(JSON.stringify({ apig: { registered } }));
  return parseRecordedStatus(status, SENT.name).apig.registered;
};
const isRead = (written: Registration, read: Registration | undefined): boolean =>
  read !== undefined && isSameRegistration(read, written);

test.each([
  ['with', SENT],
  ['without', registrationOf()],
])('a registration %s policies is read back from the status as it was sent', (_what, registration) => {
  expect(isRead(registration, readBack(registration))).toBe(true);
});

test('other policies are another registration', () => {
  expect(isRead(SENT, readBack(registrationOf()))).toBe(false);
  expect(isRead(SENT, readBack({ ...SENT, policies: { template: 'silver' } }))).toBe(false);
});

test.each(['x', 7, [], { rateLimit: 5 }, { template: 'x'.repeat(100_000) }])(
  'policies that somebody made %j do not hide the registration that they stand in',
  (policies) => {
    const read = readBack({ ...SENT, policies });
    expect(read).toMatchObject({ path: SENT.path });
    expect(read?.policies).toBeUndefined();
  },
);

test.each<[string, Partial<Registration>]>([
  ['a path with dots', { path: '/a/../admin' }],
  ['a path that is none', { path: 'admin' }],
  ['a port that is none', { port: 70_000 }],
  ['an implementation that is no Service', { implementation: 'evil.example/x' }],
  ['a document that is not on the web', { specification: 'file:///etc/passwd' }],
  ['the name of another', { name: 'other' }],
])(
  'a record with %s, which no spec could have had, counts as not said, wherever it stands',
  (_what, changes) => {
    const forged = { ...SENT, ...changes };
    const status = { apig: { registered: forged, pending: forged, unconfirmed: [SENT, forged] } };
    const { registered, pending, unconfirmed } = parseRecordedStatus(status, SENT.name).apig;
    expect([registered, pending]).toEqual([undefined, undefined]);
    expect(unconfirmed).toHaveLength(1);
  },
);

describe('what the replaced operator says that it has registered', () => {
  const { policies: _none, ...BODY } = SENT;
  const boundIn = (spec: unknown): Registration | undefined =>
    parseRecordedStatus({ apigBind: { response: {}, spec } }, SENT.name).bound;

  test.each<[string, unknown]>([
    ['one URL', 'https://specs.example/1'],
    ['a list of URLs', ['https://specs.example/1', 'https://specs.example/2']],
    ['a list of objects', [{ url: 'https://specs.example/1', version: 'v1' }]],
    ['an object', { url: 'https://specs.example/1' }],
  ])('is read with %s for a specification, as the spec had it', (_what, specification) => {
    expect(boundIn({ ...BODY, specification })).toEqual({
      ...BODY,
      specification: 'https://specs.example/1',
    });
  });

  test.each<[string, unknown]>([
    ['a path that a spec could not have', { ...BODY, path: '/a/../admin' }],
    ['a port that a spec could not have', { ...BODY, port: '80' }],
    ['an implementation that is no Service', { ...BODY, implementation: 'evil.example/x' }],
    ['a document that is not on the web', { ...BODY, specification: 'file:///etc/passwd' }],
    ['no document', { ...BODY, specification: {} }],
    ['the name of another API', { ...BODY, name: 'other' }],
    ['a path alone', { path: '/a' }],
    ['the text of its mock', 'mocked'],
    ['nothing', undefined],
  ])('counts as not said where it has %s', (_what, spec) => {
    expect(boundIn(spec)).toBeUndefined();
  });

  test('is of no form that hides the rest of the status', () => {
    const apig = { state: 'Registered', registered: BODY };
    for (const apigBind of ['none', 7, [], null])
      expect(parseRecordedStatus({ apig, apigBind }, SENT.name).apig.registered).toEqual(BODY);
  });
});
