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
