import { desiredOf } from '../../../src/domain/exposedApi/desired.ts';
import { parsedApi } from '../../support/builders/apis.ts';

const POLICIES = {
  rateLimit: { enabled: true, identifier: '', limit: '5' },
  quota: { identifier: '', limit: '' },
  template: '',
};
const FORM = { specificationForm: 'string', sendPolicies: false } as const;
const SENDING = { ...FORM, sendPolicies: true };
const withPolicies = parsedApi({ spec: POLICIES });

test('policies are no part of what is registered unless the gateway is said to understand them', () => {
  expect(desiredOf(withPolicies, FORM)).toStrictEqual(desiredOf(parsedApi(), FORM));
});

test('where it does, those asked for are, as the parser left them', () => {
  expect(desiredOf(withPolicies, SENDING)).toMatchObject({
    registration: { policies: { rateLimit: { enabled: true, limit: '5', interval: 'ps' } } },
  });
});

test('an API that asks for none is registered as ever', () => {
  expect(desiredOf(parsedApi(), SENDING)).toStrictEqual(desiredOf(parsedApi(), FORM));
});

test('one outside the gateway asks nothing of it, policies or not', () => {
  const metrics = parsedApi({ spec: { ...POLICIES, apiType: 'prometheus' } });
  expect(desiredOf(metrics, SENDING).kind).toBe('notRouted');
});
