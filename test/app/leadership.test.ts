import { leadershipHealth } from '../../src/app/leadership.ts';

test('the health tells a lease that may not be watched, beside who makes the calls; all is ready nevertheless', () => {
  const refusal = new Error('403 leases is forbidden');
  expect(leadershipHealth({ kind: 'holding' }, 2, refusal)).toEqual({
    ready: true,
    detail: 'here, to 2 gateways; the lease may not be watched (403 leases is forbidden)',
  });
  expect(leadershipHealth({ kind: 'standingBy', holder: 'b' }, 0)).toEqual({
    ready: true,
    detail: 'stands by for b',
  });
});
