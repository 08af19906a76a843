import fc from 'fast-check';
import {
  addFailure,
  retryDelayMs,
  isRepeat,
  isWaiting,
  REJECTED_RETRY_MS,
} from '../../../src/domain/registration/retry.ts';
import type { Step } from '../../../src/domain/registration/record.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const REGISTER: Step = { verb: 'register', registration: registrationOf() };
const CHANGED: Step = { verb: 'register', registration: registrationOf({ port: 9090 }) };
const REMOVE: Step = { verb: 'remove', registration: registrationOf() };
const reply = { code: '0001', message: 'no' };
const at = (now: number): { now: number; random: number } => ({ now, random: 0 });

test('only the very call that failed is a repeat: anything else is new', () => {
  const failures = addFailure(undefined, REGISTER, { kind: 'unavailable', reply }, at(0));
  expect([REGISTER, CHANGED, REMOVE].map((step) => isRepeat(failures, step))).toEqual([true, false, false]);
  expect(isRepeat(undefined, REGISTER)).toBe(false);
});

describe('retryDelayMs', () => {
  test.each([
    [1, 1_000],
    [2, 2_000],
    [6, 32_000],
    [7, 60_000],
    [1_000, 60_000],
  ])('after %d failures waits at most %d ms', (failures, expected) => {
    expect(retryDelayMs(failures, 0)).toBe(expected);
    expect(retryDelayMs(failures, 0.999)).toBeGreaterThanOrEqual(expected * 0.8);
  });

  test('Retry-After is a lower bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(),
        (count, random, after) => {
          const wait = retryDelayMs(count, random, after);
          expect(wait).toBeGreaterThanOrEqual(Math.max(800, after));
          expect(wait).toBeLessThanOrEqual(Math.max(60_000, after));
        },
      ),
    );
  });
});

test.each([
  [
    'rejected',
    'GatewayRejected',
    { code: '4711', message: 'no' },
    'The gateway answered with code 4711 and the message "no"',
  ],
  [
    'unavailable',
    'GatewayUnavailable',
    { code: 'http:503', message: '' },
    'The gateway answered with HTTP status 503',
  ],
  [
    'unknown',
    'OutcomeUnknown',
    { code: 'lost', message: 'The worker did not report back' },
    'The worker did not report back',
  ],
] as const)(
  'a call that ends as %s has the reason %s, and its cause is a sentence',
  (kind, reason, said, cause) => {
    expect(addFailure(undefined, REGISTER, { kind, reply: said }, at(0))).toMatchObject({ reason, cause });
  },
);

describe('addFailure', () => {
  test('counts on while the same call fails, and remembers since when', () => {
    const first = addFailure(undefined, REGISTER, { kind: 'unavailable', reply }, at(1_000));
    const second = addFailure(first, REGISTER, { kind: 'unknown', reply }, at(5_000));
    expect(first).toMatchObject({
      count: 1,
      since: 1_000,
      nextAttemptAt: 2_000,
      reason: 'GatewayUnavailable',
    });
    expect(second).toMatchObject({ count: 2, since: 1_000, nextAttemptAt: 7_000, reason: 'OutcomeUnknown' });
  });

  test('another call starts afresh', () => {
    const first = addFailure(undefined, REGISTER, { kind: 'unavailable', reply }, at(0));
    expect(addFailure(first, CHANGED, { kind: 'unavailable', reply }, at(9_000))).toMatchObject({
      count: 1,
      since: 9_000,
    });
  });

  test('a refused registration is asked for rarely, a refused removal like any failure', () => {
    const outcome = { kind: 'rejected', reply } as const;
    expect(addFailure(undefined, REGISTER, outcome, at(0)).nextAttemptAt).toBe(REJECTED_RETRY_MS);
    expect(addFailure(undefined, REMOVE, outcome, at(0)).nextAttemptAt).toBe(1_000);
  });

  test('Retry-After is honoured', () => {
    const outcome = { kind: 'unavailable', reply, retryAfterMs: 90_000 } as const;
    expect(addFailure(undefined, REGISTER, outcome, at(0)).nextAttemptAt).toBe(90_000);
  });
});

test('only the call that failed waits, and only until its turn', () => {
  const failures = addFailure(undefined, REGISTER, { kind: 'unavailable', reply }, at(0));
  expect(isWaiting(failures, REGISTER, 999)).toBe(true);
  expect(isWaiting(failures, REGISTER, 1_000)).toBe(false);
  expect(isWaiting(failures, CHANGED, 0)).toBe(false);
  expect(isWaiting(failures, REMOVE, 0)).toBe(false);
  expect(isWaiting(undefined, REGISTER, 0)).toBe(false);
});
