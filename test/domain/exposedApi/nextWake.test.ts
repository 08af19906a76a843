import type { Action } from '../../../src/domain/exposedApi/action.ts';
import { nextWake } from '../../../src/domain/exposedApi/nextWake.ts';
import { NEW_STATE, type ExposedApiState } from '../../../src/domain/exposedApi/state.ts';
import type { PathOwner } from '../../../src/domain/exposedApi/pathClaim.ts';
import type { Failures } from '../../../src/domain/registration/retry.ts';
import { EMPTY_RECORD } from '../../../src/domain/registration/record.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const NOW = 1_000_000;
const REGISTER: Action = { kind: 'register', registration: registrationOf() };
const REMOVE: Action = { kind: 'unregister', release: true };
const PAUSED: Action = { kind: 'suspend', why: 'paused' };
const FAILED: Failures = {
  count: 1,
  since: NOW - 1_000,
  nextAttemptAt: NOW + 120_000,
  reason: 'GatewayUnavailable',
  cause: '',
  call: '',
};
const REMOVING = { state: 'Removing', reason: 'Removing', message: '' } as const;
const conflict = (why: PathOwner['why']): Action => ({
  kind: 'unregister',
  release: false,
  conflict: { name: 'shop/other', why },
});
const OWNED = { pathOwner: { name: 'shop/other', why: 'older' } } as const;

interface Case {
  readonly action?: Action;
  readonly state?: Partial<ExposedApiState>;
  readonly seen?: Parameters<typeof presentApi>[0];
  readonly lowerAt?: number;
  readonly isEntryRefused?: boolean;
  readonly isCallOut?: boolean;
  /** Milliseconds from now; undefined: only a signal wakes it. */
  readonly expected: number | undefined;
}

test.each<[string, Case]>([
  ['what is up to date waits for a signal', { expected: undefined }],
  ['a failed call is tried again', { state: { failures: FAILED }, expected: 120_000 }],
  ['a pause ends that', { action: PAUSED, state: { failures: FAILED }, expected: undefined }],
  [
    'calls in flight are waited for',
    { state: { record: { ...EMPTY_RECORD, inFlightUntil: NOW + 7 } }, expected: 7 },
  ],
  [
    'a Component is told late of what is not ready, paused or not',
    { action: PAUSED, lowerAt: NOW + 9, expected: 9 },
  ],
  [
    'an entry whose write was refused is written again in a minute',
    { isEntryRefused: true, expected: 60_000 },
  ],
  ...(
    [
      ['for the first time', undefined, 60_000],
      ['for half a minute', 30_000, 60_000],
      ['for five minutes', 300_000, 300_000],
      ['for a day', 86_400_000, 600_000],
    ] as const
  ).map(([howLong, age, expected]): [string, Case] => [
    `a neighbour that has been out of reach ${howLong} is looked at again`,
    {
      seen: {
        unread: { entry: '403' },
        unreadSince: age === undefined ? undefined : new Date(NOW - age).toISOString(),
      },
      expected,
    },
  ]),
  [
    'the end of a conflict comes with an event',
    { action: conflict('older'), seen: OWNED, expected: undefined },
  ],
  [
    'but not of one with a workflow whose resource is gone',
    { action: conflict('gone'), seen: OWNED, expected: 3_000 },
  ],
  ['nor of one that only the lane knows of', { action: conflict('holding'), expected: 3_000 }],
  [
    'a deletion that waits for long says so after a minute',
    { action: REMOVE, state: { failures: FAILED, condition: REMOVING }, expected: 59_000 },
  ],
  [
    'a call that is out needs no waking for the next try',
    { state: { failures: FAILED }, isCallOut: true, expected: undefined },
  ],
  [
    'but the deletion that it is for is told as delayed all the same',
    { action: REMOVE, state: { failures: FAILED, condition: REMOVING }, isCallOut: true, expected: 59_000 },
  ],
  ['and a Component is told of what is not ready', { isCallOut: true, lowerAt: NOW + 9, expected: 9 }],
])(
  '%s',
  (
    _sentence,
    { action = REGISTER, state, seen, lowerAt, isEntryRefused = false, isCallOut = false, expected },
  ) => {
    const wakeAt = nextWake({ ...NEW_STATE, ...state }, action, presentApi(seen), {
      now: NOW,
      lowerAt,
      isEntryRefused,
      isCallOut,
    });
    expect(wakeAt).toBe(expected === undefined ? undefined : NOW + expected);
  },
);
