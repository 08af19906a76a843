import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { createOperator, type Operator } from '../support/stack/operator.ts';
import { userApis, type SeenApi, type UserApis } from '../support/cluster/userApis.ts';
import { useStack } from '../support/stack/stack.ts';
import { eventually } from '../support/builders/eventually.ts';
import { hands } from '../support/cluster/watching.ts';

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

const stack = useStack();
let gateway: Simulator;
let plain: Place;
let sending: Place;
/** Starts without the setting; `again` is the same operator with it. */
let moving: Place;
let again: Operator;

interface Place {
  readonly namespace: string;
  readonly user: UserApis;
  readonly operator: Operator;
}

async function place(topic: string, settings: Readonly<Record<string, string>>): Promise<Place> {
  const namespace = await stack.createNamespace(topic);
  const operator = await createOperator(stack, {
    namespaces: [namespace],
    gatewayUrl: gateway.url,
    settings,
  });
  await hands(stack.kubeConfig, namespace).writeSlice('catalog-1', 'catalog', true);
  await operator.process.start();
  return { namespace, user: userApis(stack.kubeConfig, namespace), operator };
}

beforeAll(async () => {
  gateway = await startSimulator({ logLevel: 'silent' });
  [plain, sending, moving] = await Promise.all([
    place('policies', {}),
    place('sent-policies', { APIG_SEND_POLICIES: 'true' }),
    place('moving-policies', {}),
  ]);
  again = await createOperator(stack, {
    namespaces: [moving.namespace],
    gatewayUrl: gateway.url,
    settings: { APIG_SEND_POLICIES: 'true' },
    cluster: moving.operator.cluster,
  });
}, 90_000);
afterAll(async () => {
  await Promise.all(
    [plain.operator, sending.operator, moving.operator, again].map((one) => one.process.stop()),
  );
  await gateway.stop();
}, 30_000);

const bodiesOf = (name: string): readonly unknown[] => gateway.ledger({ name }).map(({ body }) => body);
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
  const { user, operator } = moving;
  await user.create('moving', ON);
  await user.create('still', OFF);
  await user.untilCondition('moving', 'PoliciesEnforced', 'False PoliciesNotSupported');
  await user.untilCondition('still', 'Ready', 'True Available');
  await operator.process.stop();
  await again.process.start();
  await user.untilCondition('moving', 'PoliciesEnforced', 'True PoliciesSent');
  expect(bodiesOf('moving')).toEqual([
    expect.not.objectContaining({ policies: expect.anything() }),
    expect.objectContaining({ policies: expect.objectContaining({ rateLimit: ON.rateLimit }) }),
  ]);
  expect(bodiesOf('still')).toHaveLength(1);
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
  const { user } = sending;
  await user.create('sent', ON);
  await user.untilCondition('sent', 'PoliciesEnforced', 'True PoliciesSent');
  const CORS = { enabled: true, allowOrigins: 'https://shop.example,https://bank.example' };
  expect(bodiesOf('sent')).toEqual([
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
  const removal = bodiesOf('sent').at(-1);
  expect(gateway.ledger({ name: 'sent' }).map(({ operation }) => operation)).toEqual([
    'create',
    'create',
    'remove',
  ]);
  expect(removal).not.toHaveProperty('policies');
});
