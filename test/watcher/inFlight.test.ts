import { createInFlight } from '../../watcher/inFlight.ts';
import { heldClock } from '../support/builders/quickClock.ts';

const PATIENCE_MS = 2_000;
const FOUND_PATIENCE_MS = 200;
const ACTIVE_MS = 10_000;
const SHARED = { size: 5, everyMs: 100 };
const PLACE_SIZE = 1_000;

function setUp(limit = 2) {
  const clock = heldClock();
  const stopping = new AbortController();
  let rooms = 0;
  const inFlight = createInFlight(
    {
      limit,
      placeSize: PLACE_SIZE,
      shared: SHARED,
      activeMs: ACTIVE_MS,
      patienceMs: PATIENCE_MS,
      foundPatienceMs: FOUND_PATIENCE_MS,
      groupOf: (key) => key.split('/')[0] ?? '',
      onRoom: () => {
        rooms += 1;
      },
      clock,
    },
    stopping.signal,
  );
  return { clock, inFlight, rooms: () => rooms };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('a group is full when so much of it is under way, and no other group is', () => {
  const { inFlight } = setUp();
  inFlight.begin('shop/a');
  expect(inFlight.isFull('shop')).toBe(false);
  inFlight.begin('shop/b');
  expect(inFlight.isFull('shop')).toBe(true);
  expect(inFlight.isFull('other')).toBe(false);
});

test('what moves makes room, and says so once', () => {
  const { inFlight, rooms } = setUp();
  inFlight.begin('shop/a');
  inFlight.begin('shop/b');
  inFlight.end('shop/a');
  inFlight.end('shop/a');
  inFlight.end('shop/unknown');
  expect(inFlight.isFull('shop')).toBe(false);
  expect(rooms()).toBe(1);
});

test('a large object takes as many places as it has parts, also more than there are', () => {
  const { inFlight } = setUp();
  inFlight.begin('shop/a', PLACE_SIZE);
  expect(inFlight.isFull('shop')).toBe(false);
  inFlight.end('shop/a');
  inFlight.begin('shop/b', PLACE_SIZE + 1);
  expect(inFlight.isFull('shop')).toBe(true);
  inFlight.end('shop/b');
  inFlight.begin('shop/c', 100 * PLACE_SIZE);
  expect(inFlight.isFull('shop')).toBe(true);
  inFlight.end('shop/c');
  expect(inFlight.isFull('shop')).toBe(false);
});

test('one key counts once, however often it is signalled', () => {
  const { inFlight } = setUp();
  inFlight.begin('shop/a');
  inFlight.begin('shop/a');
  expect(inFlight.isFull('shop')).toBe(false);
});

test('what does not move makes room when patience ends, so that a worker that is away holds up no signal', async () => {
  const { clock, inFlight, rooms } = setUp(1);
  inFlight.begin('shop/a');
  clock.advance(PATIENCE_MS - 1);
  await turn();
  expect(inFlight.isFull('shop')).toBe(true);
  clock.advance(1);
  await turn();
  expect(inFlight.isFull('shop')).toBe(false);
  expect(rooms()).toBe(1);
});

test('what a process finds at its start makes room soon, until it has moved: its workflow may wait for a process that was killed', async () => {
  const { clock, inFlight } = setUp(1);
  const isFullAfter = async (ms: number): Promise<boolean> => {
    inFlight.begin('shop/a');
    clock.advance(ms);
    await turn();
    return inFlight.isFull('shop');
  };
  inFlight.noteFound('shop/a');
  expect(await isFullAfter(FOUND_PATIENCE_MS - 1)).toBe(true);
  expect(await isFullAfter(FOUND_PATIENCE_MS)).toBe(false);
  inFlight.end('shop/a');
  expect(await isFullAfter(FOUND_PATIENCE_MS)).toBe(true);
});

test('the patience of an earlier signal does not end a later one', async () => {
  const { clock, inFlight } = setUp(1);
  inFlight.begin('shop/a');
  inFlight.end('shop/a');
  clock.advance(PATIENCE_MS / 2);
  inFlight.begin('shop/a');
  clock.advance(PATIENCE_MS / 2);
  await turn();
  expect(inFlight.isFull('shop')).toBe(true);
});

/** How many of a group may begin now, when each moves at once. */
function burst({ inFlight }: Pick<ReturnType<typeof setUp>, 'inFlight'>, group: string, most = 50): number {
  let begun = 0;
  while (begun < most && !inFlight.isFull(group)) {
    inFlight.begin(`${group}/${begun}`);
    inFlight.end(`${group}/${begun}`);
    begun += 1;
  }
  return begun;
}

test('a group that is alone goes as fast as its workflows take it up', () => {
  expect(burst(setUp(), 'shop')).toBe(50);
});

test('while another group has work a burst ends soon, and goes on one by one', async () => {
  const parts = setUp();
  const { clock, inFlight, rooms } = parts;
  inFlight.begin('other/a');
  expect(burst(parts, 'shop')).toBe(SHARED.size);
  const before = rooms();
  clock.advance(SHARED.everyMs);
  await turn();
  expect(rooms()).toBe(before + 1);
  expect(burst(parts, 'shop')).toBe(1);
});

test('beside work of another group the places of a burst come back with time', async () => {
  const parts = setUp();
  expect(burst(parts, 'large')).toBe(50);
  expect(burst(parts, 'small')).toBe(SHARED.size);
  expect(burst(parts, 'large')).toBe(0);
  parts.clock.advance(SHARED.size * SHARED.everyMs);
  await turn();
  expect(burst(parts, 'small')).toBe(SHARED.size);
});

test('beside work of another group a large object waits until all its places are back', async () => {
  const { clock, inFlight } = setUp();
  inFlight.begin('other/a');
  inFlight.begin('shop/a', 3 * SHARED.size * PLACE_SIZE);
  inFlight.end('shop/a');
  expect(inFlight.isFull('shop')).toBe(true);
  clock.advance(2 * SHARED.size * SHARED.everyMs);
  await turn();
  expect(inFlight.isFull('shop')).toBe(true);
  clock.advance(SHARED.everyMs);
  await turn();
  expect(inFlight.isFull('shop')).toBe(false);
});

test('when the others have had no work for a while a group is as fast as if it were alone', async () => {
  const parts = setUp();
  parts.inFlight.begin('other/a');
  expect(burst(parts, 'shop')).toBe(SHARED.size);
  parts.clock.advance(ACTIVE_MS);
  await turn();
  expect(burst(parts, 'shop')).toBe(50);
});

test('a group that was alone with thousands goes on one by one at once when another has work, and pays nothing back', async () => {
  const parts = setUp();
  expect(burst(parts, 'large', 5_000)).toBe(5_000);
  parts.inFlight.begin('other/a');
  expect(burst(parts, 'large')).toBe(0);
  parts.clock.advance(SHARED.everyMs);
  await turn();
  expect(burst(parts, 'large')).toBe(1);
});
