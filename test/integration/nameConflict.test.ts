import { eventually } from '../support/builders/eventually.ts';
import { userApis, type UserApis } from '../support/cluster/userApis.ts';
import { useOperator, type OperatorSetUp } from '../support/stack/useOperator.ts';

/**
 * Gateways that go by names, and two namespaces. Among APIs of one second the namespaces decide: a bank comes before a shop. The first
 * operator is told by what its gateway goes, the second is not yet.
 */
const told = useOperator('shop', {
  namespaces: ['bank'],
  gatewayKey: 'name',
  settings: { APIG_KEY: 'name' },
});
const untold = useOperator('shop-untold', { namespaces: ['bank-untold'], gatewayKey: 'name' });

const inBankOf = ({ stack, namespaces: [bank = ''] }: OperatorSetUp): UserApis =>
  userApis(stack.kubeConfig, bank);
const rowsOf = ({ gateway }: OperatorSetUp, name: string): readonly string[] =>
  gateway.table().flatMap((row) => (row.name === name ? [row.path] : []));
const callsOf = ({ gateway }: OperatorSetUp, name: string): readonly string[] =>
  gateway.ledger({ name }).map(({ operation, path }) => `${operation} ${path ?? ''}`);
const messageOf = async (user: UserApis, name: string): Promise<string> => {
  const { status } = await user.untilCondition(name, 'Registered', 'False PathConflict');
  return status.conditions.find(({ type }) => type === 'Registered')?.message ?? '';
};
const register = async (user: UserApis, name: string, path: string): Promise<void> => {
  await user.create(name, { path });
  await user.untilCondition(name, 'Registered', 'True Confirmed');
};

const { user: inShop, namespace: shop } = told;
const inBank = inBankOf(told);
const [bank = ''] = told.namespaces;

test('of two APIs with one name and two paths the older is registered; the newer says who has the name and that it is not the path, and costs no call', async () => {
  await register(inBank, 'catalog', `/${bank}/catalog`);
  await inShop.create('catalog', { path: `/${shop}/catalog` });
  const message = await messageOf(inShop, 'catalog');
  expect(message).toContain('The name catalog ');
  expect(message).toContain(`belongs to ${bank}/catalog, which is older`);
  expect(message).toContain('whatever their paths are: APIG_KEY=name');
  expect((await inShop.get('catalog'))?.status.apig).toMatchObject({
    state: 'Conflict',
    pathOwner: `${bank}/catalog`,
  });
  expect(rowsOf(told, 'catalog')).toEqual([`/${bank}/catalog`]);
  expect(callsOf(told, 'catalog')).toEqual([`create /${bank}/catalog`]);
});

test("the newer takes over when the older goes; its deletion before that leaves the older's row alone", async () => {
  await register(inBank, 'party', `/${bank}/party`);
  await inShop.create('party', { path: `/${shop}/party` });
  await messageOf(inShop, 'party');
  await inShop.remove('party');
  await inShop.untilGone('party');
  expect(callsOf(told, 'party')).toEqual([`create /${bank}/party`]);

  await inShop.create('party', { path: `/${shop}/party` });
  await messageOf(inShop, 'party');
  await inBank.remove('party');
  await inShop.untilCondition('party', 'Registered', 'True Confirmed');
  await inBank.untilGone('party');
  expect(rowsOf(told, 'party')).toEqual([`/${shop}/party`]);
  expect(callsOf(told, 'party')).toEqual([
    `create /${bank}/party`,
    `remove /${bank}/party`,
    `create /${shop}/party`,
  ]);
});

test('an older API that moves to another path keeps its name', async () => {
  await register(inBank, 'moving', `/${bank}/moving`);
  await inShop.create('moving', { path: `/${shop}/moving` });
  await messageOf(inShop, 'moving');
  await inBank.patch('moving', { spec: { path: `/${bank}/moved` } });
  await eventually('it has moved', () => rowsOf(told, 'moving')[0] === `/${bank}/moved`, 20_000);
  await inBank.untilCondition('moving', 'Registered', 'True Confirmed');
  await messageOf(inShop, 'moving');
  expect(callsOf(told, 'moving').filter((call) => call.includes(`/${shop}/`))).toEqual([]);
});

test('two names at one path collide as well', async () => {
  const path = `/${bank}/shared`;
  await register(inBank, 'shared-older', path);
  await inShop.create('shared-newer', { path });
  expect(await messageOf(inShop, 'shared-newer')).toContain(
    `The path ${path} belongs to ${bank}/shared-older`,
  );
  expect(callsOf(told, 'shared-newer')).toEqual([]);
});

test('two of one name from before the setting: the newer makes way, and a re-assertion gives the row back to the older', async () => {
  const { user, namespace, namespaces } = untold;
  const [olders = ''] = namespaces;
  await register(inBankOf(untold), 'catalog', `/${olders}/catalog`);
  await register(user, 'catalog', `/${namespace}/catalog`);
  expect(rowsOf(untold, 'catalog')).toEqual([`/${namespace}/catalog`]);

  await untold.restartWith({ APIG_KEY: 'name', REASSERT_INTERVAL: '2s' });
  expect(await messageOf(user, 'catalog')).toContain(`belongs to ${olders}/catalog`);
  await eventually(
    'the row is that of the older',
    () => rowsOf(untold, 'catalog')[0] === `/${olders}/catalog`,
    30_000,
  );
  expect(rowsOf(untold, 'catalog')).toHaveLength(1);
  expect(callsOf(untold, 'catalog').filter((call) => call.startsWith('remove'))).toEqual([]);
}, 90_000);
