import { hasReadyEndpoint } from '../../../src/domain/exposedApi/endpointReadiness.ts';

test.each<[string, unknown, boolean]>([
  ['ready', { endpoints: [{ conditions: { ready: true } }] }, true],
  ['without word on it, which Kubernetes defines as ready', { endpoints: [{ conditions: {} }] }, true],
  ['without conditions', { endpoints: [{}] }, true],
  ['with a null for it', { endpoints: [{ conditions: { ready: null } }] }, true],
  ['not ready', { endpoints: [{ conditions: { ready: false } }] }, false],
  [
    'one of two ready',
    { endpoints: [{ conditions: { ready: false } }, { conditions: { ready: true } }] },
    true,
  ],
  [
    'serving while it terminates',
    { endpoints: [{ conditions: { ready: false, serving: true, terminating: true } }] },
    false,
  ],
])('a slice with an endpoint %s', (_what, slice, expected) => {
  expect(hasReadyEndpoint(slice)).toBe(expected);
});

test.each([
  {},
  { endpoints: null },
  { endpoints: [] },
  null,
  'x',
  { endpoints: [{ conditions: { ready: 'yes' } }] },
])('nothing is ready in %j', (slice) => {
  expect(hasReadyEndpoint(slice)).toBe(false);
});
