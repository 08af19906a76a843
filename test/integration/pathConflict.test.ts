import { eventually } from '../support/builders/eventually.ts';
import { LEGACY_API, userApis, type UserApis } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';

/**
 * One operator, running twice: whatever one worker does, the other does not know until the cluster says so.
 * Among APIs of one second the names decide: a bank comes before a shop.
 */
const shopping = useOperator('shop', { copies: 2, namespaces: ['bank'] });
const { namespace: shop, user: inShop } = shopping;
const [bank = ''] = shopping.namespaces;
const inBank = userApis(shopping.stack.kubeConfig, bank);

const pathOf = (topic: string): string => `/${shop}/${topic}`;
const holderOf = (path: string): readonly string[] =>
  shopping.gateway.table().flatMap((row) => (row.path === path ? [row.name] : []));
const callsOf = (name: string): readonly string[] =>
  shopping.gateway.ledger({ name }).map(({ operation, path }) => `${operation} ${path ?? ''}`);

const register = async (user: UserApis, name: string, path: string): Promise<void> => {
  await user.create(name, { path });
  await user.untilCondition(name, 'Registered', 'True Confirmed');
};
const collide = async (user: UserApis, name: string, path: string): Promise<string> => {
  await user.create(name, { path });
  const { status } = await user.untilCondition(name, 'Registered', 'False PathConflict');
  return status.conditions.find(({ type }) => type === 'Registered')?.message ?? '';
};

// Winners are in the bank, or first by name: tests are faster than the seconds that creation times count.

test('the older API has the path; the newer, in another namespace, says who that is and costs the gateway no call', async () => {
  const path = pathOf('older');
  await register(inBank, 'older-winner', path);
  expect(await collide(inShop, 'older-loser', path)).toContain(`${path} belongs to ${bank}/older-winner`);
  const { status } = await inShop.untilCondition('older-loser', 'Ready', 'False PathConflict');
  expect(status.apig).toMatchObject({ state: 'Conflict', pathOwner: `${bank}/older-winner` });
  expect(status.apig).not.toHaveProperty('pending');
  expect(callsOf('older-loser')).toEqual([]);
  await shopping.events('older-loser').untilAll(['Warning PathConflict']);

  await inBank.remove('older-winner');
  await inShop.untilCondition('older-loser', 'Registered', 'True Confirmed');
  expect(callsOf('older-loser')).toEqual([`create ${path}`]);
  expect(holderOf(path)).toEqual(['older-loser']);
});

test('the loser takes over when the winner moves', async () => {
  const path = pathOf('moving');
  await register(inShop, 'moving-1', path);
  await collide(inShop, 'moving-2', path);
  await inShop.patch('moving-1', { spec: { path: pathOf('moved') } });
  await inShop.untilCondition('moving-2', 'Registered', 'True Confirmed');
  expect(holderOf(path)).toEqual(['moving-2']);
  await eventually('the winner is where it went', () => holderOf(pathOf('moved'))[0] === 'moving-1', 20_000);
});

test('an older API that comes to the path of a newer one gets it, after that one has left', async () => {
  const path = pathOf('coming');
  await register(inBank, 'coming-older', pathOf('coming-from'));
  await register(inShop, 'coming-newer', path);
  await inBank.patch('coming-older', { spec: { path } });
  await eventually('the older has the path', () => holderOf(path)[0] === 'coming-older', 20_000);
  await inShop.untilCondition('coming-newer', 'Registered', 'False PathConflict');
  await inBank.untilCondition('coming-older', 'Registered', 'True Confirmed');
  expect(holderOf(path)).toEqual(['coming-older']);
  expectOneHolderAtATime(path);
});

test('two APIs can change places', async () => {
  const [a, b] = [pathOf('places-a'), pathOf('places-b')];
  await register(inShop, 'places-1', a);
  await register(inBank, 'places-2', b);
  await Promise.all([
    inShop.patch('places-1', { spec: { path: b } }),
    inBank.patch('places-2', { spec: { path: a } }),
  ]);
  await eventually(
    'both have changed',
    () => holderOf(a)[0] === 'places-2' && holderOf(b)[0] === 'places-1',
    30_000,
  );
  await inShop.untilCondition('places-1', 'Registered', 'True Confirmed');
  await inBank.untilCondition('places-2', 'Registered', 'True Confirmed');
});

test('of an API of the older kind and one of the newer, one has the path', async () => {
  const path = pathOf('kinds');
  await inShop.create('kinds-legacy', { path, specification: 'https://specs.example/v4.json' }, LEGACY_API);
  await inShop.untilCondition('kinds-legacy', 'Registered', 'True Confirmed', LEGACY_API);
  expect(await collide(inShop, 'kinds-new', path)).toContain(`belongs to apis/${shop}/kinds-legacy`);
  expect(callsOf('kinds-new')).toEqual([]);
});

test('a path whose API was deleted past its finalizer goes to the next one only after the registration is removed', async () => {
  const path = pathOf('stripped');
  await register(inShop, 'stripped-1', path);
  await collide(inShop, 'stripped-2', path);
  shopping.gateway.addFault({ kind: 'status', name: 'stripped-1', operation: 'remove', count: 2 });
  await inShop.patch('stripped-1', { metadata: { finalizers: [] } });
  await inShop.remove('stripped-1');
  await inShop.untilCondition('stripped-2', 'Registered', 'True Confirmed');
  expect(
    shopping.gateway.ledger({ path }).map(({ operation, name }) => `${operation} ${name ?? ''}`),
  ).toEqual([
    'create stripped-1',
    'remove stripped-1',
    'remove stripped-1',
    'remove stripped-1',
    'create stripped-2',
  ]);
  expect(holderOf(path)).toEqual(['stripped-2']);
});

test('of APIs made at the same moment, two for each path, one has it, by age and then by name, with two workers at it', async () => {
  const topics = Array.from({ length: 20 }, (_, i) => `pair-${String(i).padStart(2, '0')}`);
  await Promise.all(
    topics.flatMap((topic) => [
      inShop.create(`${topic}-shop`, { path: pathOf(topic) }),
      inBank.create(`${topic}-bank`, { path: pathOf(topic) }),
    ]),
  );
  for (const topic of topics) {
    const [ofShop, ofBank] = await Promise.all([inShop.get(`${topic}-shop`), inBank.get(`${topic}-bank`)]);
    const isShopOlder =
      String(ofShop?.metadata.creationTimestamp) < String(ofBank?.metadata.creationTimestamp);
    const [winner, loser] = isShopOlder ? (['shop', 'bank'] as const) : (['bank', 'shop'] as const);
    const users = { shop: inShop, bank: inBank };
    await users[winner].untilCondition(`${topic}-${winner}`, 'Registered', 'True Confirmed');
    await users[loser].untilCondition(`${topic}-${loser}`, 'Registered', 'False PathConflict');
    expect(holderOf(pathOf(topic))).toEqual([`${topic}-${winner}`]);
    expectOneHolderAtATime(pathOf(topic));
  }
}, 90_000);

/** Reads the gateway's ledger: nobody was registered while the path was, or might have been, another's. */
function expectOneHolderAtATime(path: string): void {
  const holders = new Set<string>();
  for (const { operation, name } of shopping.gateway.ledger({ path })) {
    if (operation === 'create') holders.add(name ?? '');
    else holders.delete(name ?? '');
    expect(holders.size).toBeLessThanOrEqual(1);
  }
}
