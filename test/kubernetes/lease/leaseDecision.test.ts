import { decideLease, type SeenLease } from '../../../src/kubernetes/lease/leaseDecision.ts';

const lease = (changes: Partial<SeenLease> = {}): SeenLease => ({
  holder: 'other',
  durationMs: 15_000,
  version: '1',
  since: 100_000,
  ...changes,
});

test.each<[string, SeenLease | undefined, number, string]>([
  ['no lease', undefined, 100_000, 'create'],
  ['a released one', lease({ holder: '' }), 100_000, 'take'],
  ['my own', lease({ holder: 'me' }), 100_000, 'renew'],
  ['my own, long silent, as after a crash', lease({ holder: 'me' }), 900_000, 'renew'],
  ["another's, just seen", lease(), 100_000, 'wait'],
  ["another's, silent for less than its duration", lease(), 114_999, 'wait'],
  ["another's, silent for its duration", lease(), 115_000, 'take'],
  ["another's with a longer duration than ours", lease({ durationMs: 60_000 }), 115_000, 'wait'],
])('%s', (_what, seen, now, decision) => {
  expect(decideLease(seen, 'me', now)).toBe(decision);
});
