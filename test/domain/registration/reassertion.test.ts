import { EMPTY_RECORD, type GatewayRecord } from '../../../src/domain/registration/record.ts';
import { doubtWhenDue, isReassertionDue, plan } from '../../../src/domain/registration/plan.ts';
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

const DUE = { registeredAt: undefined, intervalMs: HOUR, now: NOW };

test('what is due is doubted, so that the plan registers it once more and then is done', () => {
  for (const pathChange of ['replace', 'make-before-break'] as const) {
    const doubted = doubtWhenDue(CONFIRMED, D, DUE);
    expect(doubted && plan(doubted, D, { pathChange, now: NOW })).toMatchObject({
      kind: 'call',
      step: { verb: 'register', registration: D },
    });
  }
});

test.each<[string, GatewayRecord, typeof D | undefined]>([
  ['nothing is wanted there', CONFIRMED, undefined],
  ['nothing is confirmed', EMPTY_RECORD, D],
  ['something else is wanted', CONFIRMED, registrationOf({ port: 9090 })],
  ['something is to be removed first', { ...CONFIRMED, unconfirmed: [registrationOf({ path: '/old' })] }, D],
  ['stragglers will have it asserted anyway', { ...CONFIRMED, inFlight: [D], inFlightUntil: NOW + 1 }, D],
])('nothing is doubted where %s', (_why, record, desired) => {
  expect(doubtWhenDue(record, desired, DUE)).toBeUndefined();
});
