import { countCompleteEntries, isReady } from '../../../../deploy/dev/bench/observe.ts';

const nothing = { conditions: [], apiStatus: {}, implementation: {}, apig: {} };

test('an API with conditions is ready when Ready is True, whatever else its status says', () => {
  const url = { apiStatus: { url: 'http://gateway/a' }, implementation: { ready: true } };
  const registered = { type: 'Registered', status: 'True' };
  expect(isReady({ ...nothing, ...url, conditions: [registered] })).toBe(false);
  expect(isReady({ ...nothing, conditions: [registered, { type: 'Ready', status: 'True' }] })).toBe(true);
  expect(isReady({ ...nothing, conditions: [{ type: 'Ready', status: 'False' }] })).toBe(false);
});

test('an API of an operator without conditions is ready when it has a URL and a ready implementation', () => {
  expect(isReady(nothing)).toBe(false);
  expect(isReady({ ...nothing, apiStatus: { url: 'http://gateway/a' } })).toBe(false);
  expect(
    isReady({ ...nothing, apiStatus: { url: 'http://gateway/a' }, implementation: { ready: true } }),
  ).toBe(true);
});

test('an entry of a Component counts when it shows a URL and a ready implementation', () => {
  const status = {
    coreAPIs: [
      { uid: 'a', url: 'http://gateway/a', ready: true },
      { uid: 'b', url: 'http://gateway/b', ready: false },
      { uid: 'c', ready: true },
    ],
    securityAPIs: [{ uid: 'd', url: 'http://gateway/d', ready: true }],
    'summary/status': { deployment_status: 'Complete' },
  };
  expect(countCompleteEntries(status)).toBe(2);
  expect(countCompleteEntries({})).toBe(0);
});
