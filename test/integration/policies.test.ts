import type { SeenApi } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';
import { eventually } from '../support/builders/eventually.ts';

/** What a chart renders for policies that nobody set: no request. */
const OFF = {
  apiKeyVerification: { enabled: false, location: '' },
  rateLimit: { enabled: false, identifier: '', limit: '', interval: 'pm' },
  quota: { identifier: '', limit: '' },
  CORS: { enabled: false, allowCredentials: false, allowOrigins: '' },
  template: '',
};
const ON = {
  ...OFF,
  rateLimit: { enabled: true, identifier: 'IP', limit: '100', interval: 'pm' },
  CORS: { enabled: true, allowOrigins: 'https://shop.example, https://bank.example' },
};

const plain = useOperator('policies');
const sending = useOperator('sent-policies', { settings: { APIG_SEND_POLICIES: 'true' } });
/** Gets the setting later. */
const moving = useOperator('moving-policies');

const bodiesOf = (name: string, { gateway } = plain): readonly unknown[] =>
  gateway.ledger({ name }).map(({ body }) => body);
const messageOf = ({ status }: SeenApi, type: string): string | undefined =>
  status.conditions.find((one) => one.type === type)?.message;

test('policies that the gateway is not told of are each named, keep nothing from being ready, and cost no call', async () => {
  const { user } = plain;
  await user.create('limited', ON);
  const asking = await user.untilCondition('limited', 'PoliciesEnforced', 'False PoliciesNotSupported');
  expect(messageOf(asking, 'PoliciesEnforced')).toMatch(/^Not enforced: rateLimit, CORS\./);
  const { status } = await user.untilCondition('limited', 'Ready', 'True Available');
  expect(status.apig['registered']).not.toHaveProperty('policies');

  await user.patch('limited', { spec: { ...OFF, CORS: null } });
  await eventually(
    'the condition is gone',
    async () => (await user.condition('limited', 'PoliciesEnforced')) === undefined,
    20_000,
  );
  expect(await user.condition('limited', 'Ready')).toBe('True Available');
  expect(bodiesOf('limited')).toEqual([expect.not.objectContaining({ policies: expect.anything() })]);
});

test('a gateway that is said to understand policies from now on is sent them without anyone touching the API', async () => {
  const { user } = moving;
  await user.create('moving', ON);
  await user.create('still', OFF);
  await user.untilCondition('moving', 'PoliciesEnforced', 'False PoliciesNotSupported');
  await user.untilCondition('still', 'Ready', 'True Available');
  await moving.restartWith({ APIG_SEND_POLICIES: 'true' });
  await user.untilCondition('moving', 'PoliciesEnforced', 'True PoliciesSent');
  expect(bodiesOf('moving', moving)).toEqual([
    expect.not.objectContaining({ policies: expect.anything() }),
    expect.objectContaining({ policies: expect.objectContaining({ rateLimit: ON.rateLimit }) }),
  ]);
  expect(bodiesOf('still', moving)).toHaveLength(1);
});

test('what a chart renders for nobody is no request', async () => {
  const { user } = plain;
  await user.create('unlimited', OFF);
  await user.untilCondition('unlimited', 'Ready', 'True Available');
  expect(await user.condition('unlimited', 'PoliciesEnforced')).toBeUndefined();
});

test('a malformed policy is told with the field at fault and sent nowhere, and is taken up once corrected', async () => {
  const { user } = plain;
  await user.create('misspelt', { ...ON, rateLimit: { enabled: true, limit: 'many' } });
  const seen = await user.untilCondition('misspelt', 'Registered', 'False InvalidSpec');
  expect(messageOf(seen, 'Registered')).toContain('spec.rateLimit.limit: must be a positive whole number');
  expect(bodiesOf('misspelt')).toEqual([]);
  await user.patch('misspelt', { spec: { rateLimit: { limit: '5' } } });
  await user.untilCondition('misspelt', 'Registered', 'True Confirmed');
});

test('a gateway that understands policies is sent those asked for, once for each change, and never with a removal', async () => {
  const { user, gateway } = sending;
  await user.create('sent', ON);
  await user.untilCondition('sent', 'PoliciesEnforced', 'True PoliciesSent');
  const CORS = { enabled: true, allowOrigins: 'https://shop.example,https://bank.example' };
  expect(bodiesOf('sent', sending)).toEqual([
    expect.objectContaining({ policies: { rateLimit: ON.rateLimit, CORS } }),
  ]);

  await user.patch('sent', { spec: { rateLimit: { limit: '5' } } });
  const limited = { ...ON.rateLimit, limit: '5' };
  const policiesAt = (name: string): unknown => gateway.table().find((row) => row.name === name)?.policies;
  await eventually('the new limit', () => JSON.stringify(policiesAt('sent')).includes('"limit":"5"'), 20_000);
  await user.untilCondition('sent', 'PoliciesEnforced', 'True PoliciesSent');
  expect(policiesAt('sent')).toEqual({ rateLimit: limited, CORS });

  await user.remove('sent');
  await user.untilGone('sent');
  const removal = bodiesOf('sent', sending).at(-1);
  expect(gateway.ledger({ name: 'sent' }).map(({ operation }) => operation)).toEqual([
    'create',
    'create',
    'remove',
  ]);
  expect(removal).not.toHaveProperty('policies');
});
