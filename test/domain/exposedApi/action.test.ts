import { NEW_STATE, type ExposedApiState } from '../../../src/domain/exposedApi/state.ts';
import { desiredAt, actionOf, type Action } from '../../../src/domain/exposedApi/action.ts';
import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { ROUND_SETTINGS } from '../../support/cluster/memoryCluster.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const A = registrationOf();
const RELEASED: Partial<ExposedApiState> = { isReleasedByHand: true };

test.each<[string, Partial<PresentApi>, Partial<ExposedApiState>, Action]>([
  ['what is asked for is registered', {}, {}, { kind: 'register', registration: A }],
  [
    'without specification nothing may be registered',
    { desired: { kind: 'notRouted', url: 'u' } },
    {},
    { kind: 'unregister', release: false },
  ],
  [
    'a bad spec leaves alone what is registered',
    { desired: { kind: 'invalid', problem: 'p' } },
    {},
    { kind: 'suspend', why: 'invalid' },
  ],
  [
    "an API whose path is another one's is not registered",
    { pathOwner: { name: 'shop/older', why: 'older' } },
    {},
    { kind: 'unregister', release: false, conflict: { name: 'shop/older', why: 'older' } },
  ],
  [
    'a pause outlasts a conflict',
    { isPaused: true, pathOwner: { name: 'shop/older', why: 'older' } },
    {},
    { kind: 'suspend', why: 'paused' },
  ],
  ['a deletion clears and lets go', { isDeleting: true }, {}, { kind: 'unregister', release: true }],
  [
    'a deletion with a bad spec clears, too',
    { isDeleting: true, desired: { kind: 'invalid', problem: 'p' } },
    {},
    { kind: 'unregister', release: true },
  ],
  [
    'Retain lets go without a removal',
    { isDeleting: true, deletionPolicy: 'Retain' },
    {},
    { kind: 'release', why: 'Retain' },
  ],
  [
    'Retain means nothing before the deletion',
    { deletionPolicy: 'Retain' },
    {},
    { kind: 'register', registration: A },
  ],
  [
    'force-release lets a deletion go',
    { isDeleting: true, isForceReleased: true },
    {},
    { kind: 'release', why: 'force-release' },
  ],
  ['so does a release by hand', { isDeleting: true }, RELEASED, { kind: 'release', why: 'force-release' }],
  [
    'a release by hand means nothing to what is not being deleted',
    {},
    RELEASED,
    { kind: 'register', registration: A },
  ],
  [
    'force-release goes before Retain, which would say less',
    { isDeleting: true, isForceReleased: true, deletionPolicy: 'Retain' },
    {},
    { kind: 'release', why: 'force-release' },
  ],
  ['a pause stops everything', { isPaused: true }, {}, { kind: 'suspend', why: 'paused' }],
  ['a pause by hand, too', {}, { isPausedByHand: true }, { kind: 'suspend', why: 'paused' }],
  ['a pause holds a deletion', { isDeleting: true, isPaused: true }, {}, { kind: 'suspend', why: 'paused' }],
  [
    'but not one that others alone still hold: nothing of ours is left to stop',
    { isDeleting: true, isPaused: true, holdsFinalizer: false },
    {},
    { kind: 'unregister', release: true },
  ],
  [
    'but not one that a person released',
    { isDeleting: true, isPaused: true, isForceReleased: true },
    {},
    { kind: 'release', why: 'force-release' },
  ],
])('%s', (_sentence, seen, state, action) => {
  expect(actionOf(presentApi(seen), { ...NEW_STATE, ...state })).toEqual(action);
  expect(desiredAt(action)).toEqual(action.kind === 'register' ? A : undefined);
});

test('what is gone altogether is cleared, and nothing is left to let go of', () => {
  const absent = { kind: 'absent', settings: ROUND_SETTINGS } as const;
  expect(actionOf(absent, NEW_STATE)).toEqual({ kind: 'unregister', release: false });
  expect(actionOf(absent, { ...NEW_STATE, ...RELEASED })).toEqual({
    kind: 'release',
    why: 'force-release',
  });
});
