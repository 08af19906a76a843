import {
  EMPTY_RECORD,
  type GatewayRecord,
  withAccepted,
  withIntent,
  withUnknown,
} from '../../../src/domain/registration/record.ts';
import {
  isFulfilled,
  isReassertionDue,
  type PathChange,
  plan,
} from '../../../src/domain/registration/plan.ts';
import type { Registration } from '../../../src/domain/registration/registration.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const A = registrationOf({ path: '/a' });
const B = registrationOf({ path: '/b' });
const CHANGED = registrationOf({ path: '/a', port: 9090 });

/** The calls that a gateway which always answers would get. */
function calls(start: GatewayRecord, desired: Registration | undefined, pathChange: PathChange): string[] {
  const made: string[] = [];
  let record = start;
  for (let steps = 0; steps < 10; steps += 1) {
    const next = plan(record, desired, { pathChange, now: 0 });
    if (next.kind !== 'call') return [...made, next.kind];
    made.push(`${next.step.verb} ${next.step.registration.path}:${next.step.registration.port}`);
    record = withAccepted(next.record, next.step);
  }
  throw new Error(`the plan never ends: ${made.join(', ')}`);
}

const holding = (registered: Registration): GatewayRecord => ({ ...EMPTY_RECORD, registered });

describe('plan', () => {
  test.each<[string, GatewayRecord, Registration | undefined, PathChange, string[]]>([
    ['a first registration is one call', EMPTY_RECORD, A, 'replace', ['register /a:8080', 'done']],
    ['what is confirmed needs no call', holding(A), A, 'replace', ['done']],
    ['changed content is one call', holding(A), CHANGED, 'replace', ['register /a:9090', 'done']],
    [
      'a changed path removes the old before it creates the new',
      holding(A),
      B,
      'replace',
      ['remove /a:8080', 'register /b:8080', 'done'],
    ],
    [
      'make-before-break creates first, and asserts again for gateways keyed by name',
      holding(A),
      B,
      'make-before-break',
      ['register /b:8080', 'remove /a:8080', 'register /b:8080', 'done'],
    ],
    [
      'nothing desired removes what is there',
      holding(A),
      undefined,
      'make-before-break',
      ['remove /a:8080', 'done'],
    ],
    ['nothing desired and nothing there needs no call', EMPTY_RECORD, undefined, 'replace', ['done']],
    [
      'whatever may be there under another path is removed',
      { unconfirmed: [A], inFlight: [] },
      B,
      'replace',
      ['remove /a:8080', 'register /b:8080', 'done'],
    ],
  ])('%s', (_sentence, record, desired, pathChange, expected) => {
    expect(calls(record, desired, pathChange)).toEqual(expected);
  });

  test('an intent that was never answered counts as possibly registered', () => {
    const record = withIntent(EMPTY_RECORD, { verb: 'register', registration: A });
    expect(calls(record, undefined, 'replace')).toEqual(['remove /a:8080', 'done']);
  });

  test('after an unknown outcome the newest state is asserted once more when the earlier call can no longer arrive', () => {
    const step = { verb: 'register', registration: A } as const;
    const doubted = withUnknown(withIntent(EMPTY_RECORD, step), step, 10_000);
    const confirmed = withAccepted(doubted, step);
    expect(plan(confirmed, A, { pathChange: 'replace', now: 9_999 })).toMatchObject({
      kind: 'wait',
      until: 10_000,
    });
    const late = plan(confirmed, A, { pathChange: 'replace', now: 10_000 });
    expect(late).toMatchObject({ kind: 'call', step });
    const settled = late.kind === 'call' ? withAccepted(late.record, late.step) : late.record;
    expect(plan(settled, A, { pathChange: 'replace', now: 10_000 }).kind).toBe('done');
  });

  describe('where the arrival of a late call would say what is so anyway', () => {
    const LATER = { pathChange: 'replace', now: 10_000, dropsHarmless: true } as const;
    const lost = (verb: 'register' | 'remove', registration: Registration): GatewayRecord =>
      withUnknown(EMPTY_RECORD, { verb, registration }, 10_000);

    test.each<[string, GatewayRecord, Registration | undefined, string]>([
      [
        'the registration that was confirmed since needs no third call',
        withAccepted(lost('register', A), { verb: 'register', registration: A }),
        A,
        'done',
      ],
      [
        'the removal of what is not wanted needs no third call',
        withAccepted(lost('remove', A), { verb: 'remove', registration: A }),
        undefined,
        'done',
      ],
      [
        'a registration with other content is overwritten',
        withAccepted(lost('register', CHANGED), { verb: 'register', registration: A }),
        A,
        'call',
      ],
      [
        'a removal may take what was registered since',
        withAccepted(lost('remove', A), { verb: 'register', registration: A }),
        A,
        'call',
      ],
      [
        'a registration may bring back what was removed since',
        withAccepted(lost('register', A), { verb: 'remove', registration: A }),
        undefined,
        'call',
      ],
      [
        'of what calls do that nobody remembers nothing is known',
        { ...holding(A), inFlight: [A], inFlightUntil: 10_000 },
        A,
        'call',
      ],
    ])('%s', (_sentence, record, desired, kind) => {
      expect(plan(record, desired, LATER).kind).toBe(kind);
      expect(plan(record, desired, { ...LATER, now: 9_999 }).kind).toBe('wait');
    });
  });

  test('a late call for the path of before is removed again after the time-out', () => {
    const step = { verb: 'register', registration: A } as const;
    const doubted = withUnknown(withIntent(EMPTY_RECORD, step), step, 10_000);
    const removed = withAccepted(doubted, { verb: 'remove', registration: A });
    const moved = withAccepted(removed, { verb: 'register', registration: B });
    const late = plan(moved, B, { pathChange: 'replace', now: 10_000 });
    expect(late).toMatchObject({ kind: 'call', step: { verb: 'remove', registration: A } });
  });

  test('nothing is fulfilled while a late call for a removed API may still arrive', () => {
    const step = { verb: 'register', registration: A } as const;
    const doubted = withUnknown(EMPTY_RECORD, step, 10_000);
    const removed = withAccepted(doubted, { verb: 'remove', registration: A });
    expect(isFulfilled(removed, undefined)).toBe(false);
  });
});

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
