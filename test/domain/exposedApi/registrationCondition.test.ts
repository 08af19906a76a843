import type { Failures } from '../../../src/domain/registration/retry.ts';
import { EMPTY_RECORD, type GatewayRecord } from '../../../src/domain/registration/record.ts';
import type { Action } from '../../../src/domain/exposedApi/action.ts';
import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { registrationCondition } from '../../../src/domain/exposedApi/registrationCondition.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const A = registrationOf();
const REGISTER: Action = { kind: 'register', registration: A };
const UNREGISTER: Action = { kind: 'unregister', release: true };
const HELD: GatewayRecord = { ...EMPTY_RECORD, registered: A };
const FAILED: Failures = {
  count: 3,
  since: 0,
  nextAttemptAt: Date.parse('2026-01-01T00:00:08Z'),
  reason: 'GatewayUnavailable',
  cause: 'No answer came from the gateway (connect ECONNREFUSED)',
  call: '',
};
const REJECTED: Failures = {
  ...FAILED,
  reason: 'GatewayRejected',
  cause: 'The gateway answered with code 4711 and the message "bad document"',
};
const NEXT = 'since 1970-01-01T00:00:00.000Z, and is tried again by itself';

interface Case {
  readonly seen?: Partial<PresentApi>;
  readonly action: Action;
  readonly record?: GatewayRecord;
  readonly failures?: Failures;
  /** Milliseconds since the first failure. Default: ten minutes. */
  readonly after?: number;
}

test.each<[string, Case, string, string, readonly string[]]>([
  ['confirmed', { action: REGISTER, record: HELD }, 'Registered', 'Confirmed', ['/shop/catalog/v4']],
  [
    'kept from its path',
    { action: { kind: 'unregister', release: false, conflict: { name: 'bank/older', why: 'older' } } },
    'Conflict',
    'PathConflict',
    ['/shop/catalog/v4 belongs to bank/older', 'older', 'another path'],
  ],
  [
    'kept from its name',
    {
      action: {
        kind: 'unregister',
        release: false,
        conflict: { name: 'bank/shop-catalog-v4', why: 'older', contested: 'name' },
      },
    },
    'Conflict',
    'PathConflict',
    [
      'The name shop-catalog-v4',
      'belongs to bank/shop-catalog-v4, which is older',
      'whatever their paths are',
      'APIG_KEY=name',
      'another name',
    ],
  ],
  [
    'waiting for who has the path still',
    { action: { kind: 'unregister', release: false, conflict: { name: 'bank/newer', why: 'holding' } } },
    'Conflict',
    'PathConflict',
    ['still registered for bank/newer', 'make way'],
  ],
  [
    'waiting for who is gone',
    { action: { kind: 'unregister', release: false, conflict: { name: 'bank/gone', why: 'gone' } } },
    'Conflict',
    'PathConflict',
    ['bank/gone', 'past its finalizer'],
  ],
  [
    'kept from its path, with something left at the gateway that does not answer',
    {
      action: { kind: 'unregister', release: false, conflict: { name: 'bank/older', why: 'older' } },
      failures: FAILED,
    },
    'Conflict',
    'PathConflict',
    ['bank/older', 'ECONNREFUSED', NEXT],
  ],
  ['on its way', { action: REGISTER }, 'Registering', 'Registering', []],
  [
    'confirmed with other content',
    { action: REGISTER, record: { ...HELD, registered: registrationOf({ port: 1 }) } },
    'Registering',
    'Registering',
    [],
  ],
  [
    'unanswered',
    { action: REGISTER, failures: FAILED },
    'Retrying',
    'GatewayUnavailable',
    ['ECONNREFUSED', NEXT],
  ],
  [
    'in doubt',
    { action: REGISTER, failures: { ...FAILED, reason: 'OutcomeUnknown' } },
    'Retrying',
    'OutcomeUnknown',
    [NEXT],
  ],
  [
    'refused',
    { action: REGISTER, failures: REJECTED },
    'Rejected',
    'GatewayRejected',
    [
      'The gateway answered with code 4711 and the message "bad document"',
      'Correct the spec',
      'since 1970-01-01T00:00:00.000Z',
      'every 30 minutes',
    ],
  ],
  [
    'not understood',
    {
      action: { kind: 'suspend', why: 'invalid' },
      seen: { desired: { kind: 'invalid', problem: 'spec.port: must be' } },
    },
    'Rejected',
    'InvalidSpec',
    ['spec.port: must be', 'Correct the spec'],
  ],
  ['paused', { action: { kind: 'suspend', why: 'paused' } }, 'Paused', 'Paused', ['Remove the annotation']],
  [
    'paused in its deletion',
    { action: { kind: 'suspend', why: 'paused' }, seen: { isDeleting: true } },
    'Paused',
    'Paused',
    ['the deletion waits', 'Remove the pause'],
  ],
  ['being removed', { action: UNREGISTER, seen: { isDeleting: true } }, 'Removing', 'Removing', []],
  [
    'not removed yet, for less than a minute',
    { action: UNREGISTER, seen: { isDeleting: true }, failures: FAILED, after: 59_999 },
    'Removing',
    'Removing',
    [
      'waits for the gateway. No answer came from the gateway (connect ECONNREFUSED). The call has failed since',
      NEXT,
      'force-release',
    ],
  ],
  [
    'not removed for a minute',
    { action: UNREGISTER, seen: { isDeleting: true }, failures: FAILED, after: 60_000 },
    'Removing',
    'RemovalDelayed',
    ['ECONNREFUSED', NEXT, 'force-release'],
  ],
  [
    'delayed in its removal',
    { action: UNREGISTER, seen: { isDeleting: true }, failures: FAILED },
    'Removing',
    'RemovalDelayed',
    ['ECONNREFUSED', NEXT, 'force-release'],
  ],
  [
    'not routed',
    { action: { kind: 'unregister', release: false } },
    'NotRouted',
    'NotRouted',
    ['address inside the cluster'],
  ],
  [
    'not routed any more, while the gateway is down',
    { action: { kind: 'unregister', release: false }, failures: FAILED },
    'Retrying',
    'GatewayUnavailable',
    [NEXT],
  ],
  ['retained', { action: { kind: 'release', why: 'Retain' } }, 'Removing', 'Removing', ['Retain']],
])('%s', (_what, { seen, action, record, failures, after = 600_000 }, state, reason, words) => {
  const condition = registrationCondition(presentApi(seen), action, record ?? EMPTY_RECORD, {
    failures,
    now: FAILED.since + after,
  });
  expect({ state: condition.state, reason: condition.reason }).toEqual({ state, reason });
  for (const word of words) expect(condition.message).toContain(word);
  expect(condition.message).toMatch(/^[A-Z].*\.$/);
});

test('a failure that lasts says the same, whatever number its tries have, so that it costs no write', () => {
  const messages = [1, 2, 700].map(
    (count) =>
      registrationCondition(presentApi(), REGISTER, EMPTY_RECORD, {
        failures: { ...FAILED, count, nextAttemptAt: count * 1_000 },
        now: count * 60_000,
      }).message,
  );
  expect(new Set(messages).size).toBe(1);
});
