import { createInFlight } from '../../watcher/inFlight.ts';
import { heldClock } from '../support/builders/quickClock.ts';

const PATIENCE_MS = 2_000;

function setUp(limit = 2) {
  const clock = heldClock();
  const stopping = new AbortController();
  let rooms = 0;
  const inFlight = createInFlight(
    {
      limit,
      patienceMs: PATIENCE_MS,
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
