import type { Outcome } from '../../src/domain/registration/outcome.ts';
import type { PathCall, PathConflict } from '../../src/paths/arbiter.ts';
import { ArbiterWorld, CALL_TIMEOUT_MS, GATEWAY, refOf } from '../support/builders/pathArbiters.ts';
import { registrationOf } from '../support/builders/registrations.ts';

const REPLY = { code: '0000', message: 'done' };
const outcome = (kind: Outcome['kind']): Outcome => ({ kind, reply: REPLY });
const recorded = (name: string, path = '/x') => registrationOf({ name: refOf(name).name, path });
const callOf = (name: string, path = '/x', resourceVersion?: string): PathCall => ({
  ref: refOf(name),
  uid: `uid-of-${name}`,
  registration: recorded(name, path),
  resourceVersion,
});

let world: ArbiterWorld;
let sent: string[];
beforeEach(() => {
  world = new ArbiterWorld();
  sent = [];
});

function register(name: string, kind: Outcome['kind'] = 'accepted', path = '/x') {
  return world.arbiter.register(GATEWAY, callOf(name, path), async () => {
    sent.push(`register ${name}`);
    return outcome(kind);
  });
}
function remove(name: string, kind: Outcome['kind'] = 'accepted', path = '/x') {
  return world.arbiter.remove(GATEWAY, callOf(name, path), async () => {
    sent.push(`remove ${name}`);
    return outcome(kind);
  });
}
const conflict = (name: string, why: PathConflict['owner']['why']): PathConflict => ({
  kind: 'conflict',
  owner: { name: `shop/${name}`, why },
});

test('an API that is alone at its path is registered', async () => {
  world.put('b');
  world.begin();
  expect(await register('b')).toEqual(outcome('accepted'));
  expect(sent).toEqual(['register b']);
});

test('a newer API is told of the older one that wants its path, and costs the gateway no call', async () => {
  world.put('a');
  world.put('b');
  world.begin();
  expect(await register('b')).toEqual(conflict('a', 'older'));
  expect(sent).toEqual([]);
});

test('an older API that comes to a path gets it after the newer one has left', async () => {
  world.put('b');
  world.begin();
  await register('b');
  world.put('a');
  expect(await register('a')).toEqual(conflict('b', 'holding'));
  expect(await register('b')).toEqual(conflict('a', 'older'));
  expect(await remove('b')).toEqual(outcome('accepted'));
  expect(await register('a')).toEqual(outcome('accepted'));
  expect(sent).toEqual(['register b', 'remove b', 'register a']);
});

test('of two calls at one moment one goes out', async () => {
  world.put('a', { path: '/elsewhere' });
  world.put('b');
  world.begin();
  const both = await Promise.all([register('b'), register('a')]);
  expect(both.map(({ kind }) => kind)).toEqual(['accepted', 'conflict']);
});

test.each<[string, Outcome['kind'], number]>([
  ['is surely not done', 'unavailable', 2],
  ['is refused', 'rejected', 2],
  ['may have been done', 'unknown', 1],
])(
  'a register that %s leaves the path free only where nothing can be there (%s)',
  async (_what, kind, calls) => {
    world.put('b');
    world.begin();
    await register('b', kind);
    world.put('a');
    await register('a');
    expect(sent).toHaveLength(calls);
  },
);

test('what is registered stays so when a later call for it surely did nothing', async () => {
  world.put('b');
  world.begin();
  await register('b');
  await register('b', 'unavailable');
  world.put('a');
  expect(await register('a')).toEqual(conflict('b', 'holding'));
});

test('a path is free only when it was removed after every earlier call had arrived or could no longer', async () => {
  world.put('b');
  world.begin();
  await register('b', 'unknown');
  await remove('b');
  world.put('b', { path: '/y' });
  world.put('a');
  expect(await register('a')).toEqual(conflict('b', 'holding'));
  world.now += CALL_TIMEOUT_MS;
  expect(await register('a')).toEqual(conflict('b', 'holding'));
  await remove('b');
  expect(await register('a')).toEqual(outcome('accepted'));
});

test('a removal by one that has nothing there, as far as is known, leaves alone whatever another has', async () => {
  world.put('a', { path: '/y' });
  world.put('b', { path: '/y', apig: { registered: recorded('b') } });
  world.begin();
  expect(await remove('a')).toMatchObject({ kind: 'accepted', reply: { code: 'left-to-owner' } });
  expect(await remove('a', 'accepted', '/z')).toEqual(outcome('accepted'));
  expect(sent).toEqual(['remove a']);
});

test('a removal leaves alone what another API has registered and wants', async () => {
  world.put('a');
  world.put('b', { apig: { registered: recorded('b') } });
  world.begin();
  world.put('a', { path: '/away' });
  await register('b');
  expect(await remove('a')).toMatchObject({
    kind: 'accepted',
    reply: { code: 'left-to-owner', message: '/x is registered for shop/b now; nothing was sent' },
  });
  expect(sent).toEqual(['register b']);
});

test.each<[string, () => void]>([
  ['wants another path by now', () => void world.put('a', { path: '/y' })],
  ['is being deleted', () => void world.put('a', { isDeleting: true })],
  ['is gone', () => world.delete('a')],
])('a removal goes out where the other that has the path %s', async (_what, change) => {
  world.put('a', { apig: { registered: recorded('a') } });
  world.put('b', { apig: { registered: recorded('b') } });
  world.begin();
  change();
  await remove('b');
  expect(sent).toEqual(['remove b']);
});

describe('after the lease was got', () => {
  test.each([
    ['registered', { registered: recorded('b') }],
    ['pending', { pending: recorded('b') }],
    ['unconfirmed', { unconfirmed: [recorded('b')] }],
  ])('what a status says is %s has its path', async (_word, apig) => {
    world.put('b', { apig });
    world.put('a');
    world.begin();
    expect(await register('a')).toEqual(conflict('b', 'holding'));
  });

  test('an intent for a path where another API stands registered was not sent, and counts for nothing', async () => {
    world.put('a', { apig: { pending: recorded('a') } });
    world.put('b', { apig: { registered: recorded('b') } });
    world.begin();
    expect(await register('a')).toEqual(conflict('b', 'holding'));
    await remove('b');
    expect(sent).toEqual(['remove b']);
  });

  test('what a status comes to say later on gives nobody a path', async () => {
    world.put('b');
    world.put('a', { path: '/away' });
    world.begin();
    world.put('a', { path: '/away', apig: { registered: recorded('a') } });
    expect(await register('b')).toEqual(outcome('accepted'));
    expect(await remove('a')).toMatchObject({ kind: 'accepted', reply: { code: 'left-to-owner' } });
  });
});

test('who has a path is forgotten when its status, newer than the call, no longer has it', async () => {
  world.put('b');
  world.begin();
  await world.arbiter.register(GATEWAY, callOf('b', '/x', '1000'), async () => outcome('accepted'));
  world.put('a');
  world.put('b', { path: '/y', apig: {} });
  expect(await register('a')).toEqual(conflict('b', 'holding'));
  for (let i = 0; i < 1_000; i += 1) world.put('b', { path: '/y', apig: {} });
  expect(await register('a')).toEqual(outcome('accepted'));
});

describe('whose status leaves out the path that it got and still asks for', () => {
  beforeEach(async () => {
    world.put('b', { path: '/x' });
    world.begin();
    await world.arbiter.register(GATEWAY, callOf('b', '/x', '1'), async () => outcome('accepted'));
    world.put('a');
  });

  test.each([
    ['nothing', {}],
    ['another path', { pending: recorded('b', '/y') }],
  ])(
    'which anybody may have written, to say %s: it has the path until it was removed there',
    async (_what, apig) => {
      world.put('b', { path: '/x', apig });
      expect(await register('a')).toEqual(conflict('b', 'holding'));
      await remove('b');
      expect(await register('a')).toEqual(outcome('accepted'));
    },
  );

  test('and says whose it is by right: it has lost it, as after a workflow that was terminated', async () => {
    world.put('b', { path: '/x', apig: { pathOwner: 'shop/a' } });
    expect(await register('a')).toEqual(outcome('accepted'));
  });
});

test('an API made anew says nothing of its predecessor before its workflow has spoken', async () => {
  world.put('b', { apig: { registered: recorded('b') } });
  world.begin();
  world.put('b', { path: '/y', uid: 'another' });
  world.put('a');
  expect(await register('a')).toEqual(conflict('b', 'holding'));
  world.put('b', { path: '/y', uid: 'another', apig: {} });
  expect(await register('a')).toEqual(outcome('accepted'));
});

test('what was deleted past its finalizer has its path until its workflow has ended', async () => {
  world.put('b', { apig: { registered: recorded('b') } });
  world.atWork.add('b');
  world.begin();
  world.delete('b');
  world.put('a');
  expect(await register('a')).toEqual(conflict('b', 'gone'));
  world.atWork.clear();
  expect(await register('a')).toEqual(outcome('accepted'));
});

test('an API that the view does not show is younger than all that it shows', async () => {
  world.put('b');
  world.begin();
  expect(await register('a')).toEqual(conflict('b', 'older'));
});

test('spellings of one path are one path; what another kind of resource calls is refused', async () => {
  world.put('b', { path: '/x/' });
  world.put('c', { path: '//%78' });
  world.begin();
  expect(await register('c', 'accepted', '//%78')).toEqual(conflict('b', 'older'));
  const call = { ...callOf('b'), ref: { ...refOf('b'), plural: 'components' as const } };
  await expect(world.arbiter.register(GATEWAY, call, async () => outcome('accepted'))).rejects.toThrow(
    'no API',
  );
});

describe('what the replaced operator has left', () => {
  test('keeps a newer API from the path until it is removed there', async () => {
    world.put('a', { path: '/y', bound: recorded('a') });
    world.put('b');
    world.begin();
    world.now += CALL_TIMEOUT_MS;
    expect(await register('b')).toEqual(conflict('a', 'holding'));
    expect(await remove('a')).toEqual(outcome('accepted'));
    expect(await register('b')).toEqual(outcome('accepted'));
    expect(sent).toEqual(['remove a', 'register b']);
  });

  test.each<[string, () => void]>([
    ['has it from that operator, too', () => void world.put('b', { bound: recorded('b') })],
    [
      'has it from that operator, and is paused, so that this one has yet to register it',
      () => void world.put('b', { bound: recorded('b'), apig: { state: 'Paused', pending: recorded('b') } }),
    ],
  ])('is not removed where another API asks for the path that %s', async (_what, arrive) => {
    world.put('a', { path: '/y', bound: recorded('a') });
    arrive();
    world.begin();
    expect(await remove('a')).toMatchObject({ kind: 'accepted', reply: { code: 'left-to-owner' } });
    // Its workflow has said by now what may be there.
    world.put('a', { path: '/y', bound: recorded('a'), apig: { pending: recorded('a') } });
    expect(await remove('a')).toMatchObject({ kind: 'accepted', reply: { code: 'left-to-owner' } });
    expect(sent).toEqual([]);
  });

  test('takes nothing from an API that is registered, whoever wrote it', async () => {
    world.put('b');
    world.begin();
    await register('b');
    world.put('c', { path: '/y', bound: recorded('c') });
    expect(await remove('c')).toMatchObject({ kind: 'accepted', reply: { code: 'left-to-owner' } });
    expect(sent).toEqual(['register b']);
  });

  test('is nothing to go by for what this operator has registered since', async () => {
    world.put('a', { bound: recorded('a') });
    world.put('b', { path: '/y' });
    world.begin();
    await register('a');
    world.put('a', { path: '/z', bound: recorded('a'), apig: { registered: recorded('a') } });
    world.put('b', { bound: recorded('b') });
    expect(await remove('a')).toEqual(outcome('accepted'));
    expect(sent).toEqual(['register a', 'remove a']);
  });
});

describe('at a gateway that goes by names', () => {
  const nameConflict = (id: string, why: PathConflict['owner']['why']): PathConflict => ({
    kind: 'conflict',
    owner: { name: id, why, contested: 'name' },
  });
  const leftAlone = (id: string) => ({
    kind: 'accepted',
    reply: { code: 'left-to-owner', message: `the name a is registered for ${id} now; nothing was sent` },
  });
  beforeEach(() => {
    world = new ArbiterWorld('name');
  });

  test('of two APIs with one name in two namespaces the older is registered; the other is told that it is the name, and costs no call', async () => {
    world.put('bank/a', { path: '/bank' });
    world.put('shop/a', { path: '/shop' });
    world.begin();
    expect(await register('shop/a', 'accepted', '/shop')).toEqual(nameConflict('bank/a', 'older'));
    expect(await register('bank/a', 'accepted', '/bank')).toEqual(outcome('accepted'));
    expect(sent).toEqual(['register bank/a']);
  });

  test('an older API that comes under the name of a newer one gets it after that one has left', async () => {
    world.put('shop/a', { path: '/shop' });
    world.begin();
    await register('shop/a', 'accepted', '/shop');
    world.put('bank/a', { path: '/bank' });
    expect(await register('bank/a', 'accepted', '/bank')).toEqual(nameConflict('shop/a', 'holding'));
    await remove('shop/a', 'accepted', '/shop');
    expect(await register('bank/a', 'accepted', '/bank')).toEqual(outcome('accepted'));
  });

  test('a removal by one of them leaves alone what the other is registered for under that name, at any path', async () => {
    world.put('bank/a', { path: '/bank', apig: { registered: recorded('bank/a', '/bank') } });
    world.put('shop/a', { path: '/shop', apig: { unconfirmed: [recorded('shop/a', '/shop')] } });
    world.begin();
    expect(await remove('shop/a', 'accepted', '/shop')).toEqual(leftAlone('bank/a'));
    world.delete('shop/a');
    expect(await remove('shop/a', 'accepted', '/shop')).toEqual(leftAlone('bank/a'));
    expect(sent).toEqual([]);
  });

  test('two that are both registered under one name, from when the setting was another: the younger leaves without a call', async () => {
    for (const id of ['bank/a', 'shop/a'])
      world.put(id, { path: `/${id}`, apig: { registered: recorded(id, `/${id}`) } });
    world.begin();
    expect(await register('shop/a', 'accepted', '/shop/a')).toEqual(nameConflict('bank/a', 'older'));
    expect(await remove('shop/a', 'accepted', '/shop/a')).toEqual(leftAlone('bank/a'));
    expect(await register('bank/a', 'accepted', '/bank/a')).toEqual(outcome('accepted'));
    expect(sent).toEqual(['register bank/a']);
  });

  test('what was deleted past its finalizer has its name until its workflow has ended', async () => {
    world.put('bank/a', { path: '/bank', apig: { registered: recorded('bank/a', '/bank') } });
    world.atWork.add('bank/a');
    world.begin();
    world.delete('bank/a');
    world.put('shop/a', { path: '/shop' });
    expect(await register('shop/a', 'accepted', '/shop')).toEqual(nameConflict('bank/a', 'gone'));
    world.atWork.clear();
    expect(await register('shop/a', 'accepted', '/shop')).toEqual(outcome('accepted'));
  });

  test('an API that moves to another path keeps its name from a newer one, and leaves its old path to others', async () => {
    world.put('bank/a', { path: '/bank' });
    world.put('shop/a', { path: '/shop' });
    world.put('shop/b', { path: '/bank' });
    world.begin();
    await register('bank/a', 'accepted', '/bank');
    world.put('bank/a', { path: '/moved' });
    await remove('bank/a', 'accepted', '/bank');
    expect(await register('shop/a', 'accepted', '/shop')).toEqual(nameConflict('bank/a', 'older'));
    expect(await register('shop/b', 'accepted', '/bank')).toEqual(outcome('accepted'));
    expect(await register('bank/a', 'accepted', '/moved')).toEqual(outcome('accepted'));
  });

  test('two names at one path collide as well, since the gateway could route the path to one of them only', async () => {
    world.put('shop/a');
    world.put('shop/b');
    world.begin();
    expect(await register('shop/b')).toEqual(conflict('a', 'older'));
  });

  test('a removal goes out for a name that is its own, whoever has the path', async () => {
    world.put('shop/a', { apig: { registered: recorded('shop/a') } });
    world.put('shop/b', { apig: { registered: recorded('shop/b') } });
    world.begin();
    expect(await remove('shop/b')).toEqual(outcome('accepted'));
    expect(sent).toEqual(['remove shop/b']);
  });
});
