import { EMPTY_RECORD, type GatewayRecord } from '../../../src/domain/registration/record.ts';
import { isReassertionDue, plan } from '../../../src/domain/registration/plan.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;
const D = registrationOf();
const CONFIRMED: GatewayRecord = { ...EMPTY_RECORD, registered: D };

test.each<[string, string | undefined, number | undefined, boolean]>([
  ['just confirmed', '2026-01-01T12:00:00Z', HOUR, false],
  ['less than half an interval old', '2026-01-01T11:30:01Z', HOUR, false],
  ['half an interval old', '2026-01-01T11:30:00Z', HOUR, true],
  ['days old', '2025-12-24T00:00:00Z', HOUR, true],
  ['no time known', undefined, HOUR, true],
  ['not a time', 'yesterday', HOUR, true],
  ['a clock a little ahead', '2026-01-01T12:00:09Z', HOUR, false],
  ['far in the future, which nobody can have confirmed', '2099-01-01T00:00:00Z', HOUR, true],
  ['switched off', '2020-01-01T00:00:00Z', 0, false],
  ['recorded before there was such a setting', '2020-01-01T00:00:00Z', undefined, false],
])('a confirmation that is %s: is it asserted again?', (_what, registeredAt, intervalMs, expected) => {
  expect(isReassertionDue({ registeredAt, intervalMs, now: NOW })).toBe(expected);
});

const DUE = { now: NOW, isReassertionDue: true } as const;

test.each(['replace', 'make-before-break'] as const)(
  'what is due is registered once more with %s, and stays confirmed while the call is out',
  (pathChange) => {
    expect(plan(CONFIRMED, D, { ...DUE, pathChange })).toEqual({
      kind: 'call',
      step: { verb: 'register', registration: D },
      record: CONFIRMED,
      isReassertion: true,
    });
    expect(plan(CONFIRMED, D, { ...DUE, pathChange, isReassertionDue: false }).kind).toBe('done');
  },
);

test.each<[string, GatewayRecord, typeof D | undefined]>([
  ['nothing is wanted there', EMPTY_RECORD, undefined],
  ['nothing is confirmed', EMPTY_RECORD, D],
  ['something else is wanted', CONFIRMED, registrationOf({ port: 9090 })],
  ['something is to be removed first', { ...CONFIRMED, unconfirmed: [registrationOf({ path: '/old' })] }, D],
  [
    'what is in flight will have it sent again anyway',
    { ...CONFIRMED, inFlight: [D], inFlightUntil: NOW + 1 },
    D,
  ],
])('nothing is sent again only because it is due where %s', (_why, record, desired) => {
  expect(plan(record, desired, { ...DUE, pathChange: 'replace' })).not.toMatchObject({ isReassertion: true });
});
