import type { ApiState, RegistrationCondition } from '../../../src/domain/exposedApi/state.ts';
import { transitionOf } from '../../../src/domain/exposedApi/transition.ts';
import { parseRecordedStatus, type RecordedStatus } from '../../../src/domain/exposedApi/recordedStatus.ts';
import type { Reason } from '../../../src/domain/kubernetes/reasons.ts';

const before = (state: ApiState | undefined, reason?: Reason): RecordedStatus =>
  parseRecordedStatus(
    {
      apig: { state },
      conditions: reason === undefined ? [] : [{ type: 'Registered', status: 'False', reason }],
    },
    'shop-catalog-v4',
  );
const after = (state: ApiState, reason: Reason): RegistrationCondition => ({
  state,
  reason,
  message: 'Why.',
});

test.each<[string, RecordedStatus, RegistrationCondition, string | undefined]>([
  [
    'a first registration',
    before('Registering', 'Registering'),
    after('Registered', 'Confirmed'),
    'Normal Registered',
  ],
  ['the same once more', before('Registered', 'Confirmed'), after('Registered', 'Confirmed'), undefined],
  ['being on its way', before(undefined), after('Registering', 'Registering'), undefined],
  [
    'a failure',
    before('Registering', 'Registering'),
    after('Retrying', 'GatewayUnavailable'),
    'Warning RegistrationFailed',
  ],
  [
    'the next failure of its kind',
    before('Retrying', 'GatewayUnavailable'),
    after('Retrying', 'GatewayUnavailable'),
    undefined,
  ],
  [
    'a refusal',
    before('Registering', 'Registering'),
    after('Rejected', 'GatewayRejected'),
    'Warning RegistrationRejected',
  ],
  ['a bad spec', before(undefined), after('Rejected', 'InvalidSpec'), 'Warning RegistrationRejected'],
  [
    'a conflict',
    before('Registering', 'Registering'),
    after('Conflict', 'PathConflict'),
    'Warning PathConflict',
  ],
  ['a pause', before('Registered', 'Confirmed'), after('Paused', 'Paused'), 'Normal Paused'],
  ['the end of a pause', before('Paused', 'Paused'), after('Registering', 'Registering'), 'Normal Resumed'],
  ['a deletion in a pause', before('Paused', 'Paused'), after('Removing', 'Removing'), undefined],
  ['a removal', before('Registered', 'Confirmed'), after('Removing', 'Removing'), undefined],
  [
    'a removal that takes long',
    before('Removing', 'Removing'),
    after('Removing', 'RemovalDelayed'),
    'Warning RemovalDelayed',
  ],
  [
    'one that still does',
    before('Removing', 'RemovalDelayed'),
    after('Removing', 'RemovalDelayed'),
    undefined,
  ],
  ['no part of the gateway', before(undefined), after('NotRouted', 'NotRouted'), undefined],
])('%s', (_what, status, condition, event) => {
  const transition = transitionOf(status, condition);
  expect(transition && `${transition.type} ${transition.reason}`).toBe(event);
  expect(transition?.note).toBe(event === undefined ? undefined : 'Why.');
});
