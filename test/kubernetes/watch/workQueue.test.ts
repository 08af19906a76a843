import { createWorkQueue } from '../../../src/kubernetes/watch/workQueue.ts';
import { eventually } from '../../support/builders/eventually.ts';
import { heldClock, quickClock } from '../../support/builders/quickClock.ts';
import { silentLogger } from '../../support/builders/silentLogger.ts';

const { logger } = silentLogger();

/** A handler whose calls end when the test says so. */
function heldHandler() {
  const calls: { readonly key: string; readonly end: (error?: Error) => void }[] = [];
  return {
    calls,
    keys: () => calls.map(({ key }) => key),
    handle: (key: string) =>
      new Promise<void>((resolve, reject) => {
        calls.push({ key, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  };
}

test('a key that waits already is not queued twice', async () => {
  const { calls, keys, handle } = heldHandler();
  const queue = createWorkQueue({ handle, logger, clock: quickClock(), concurrency: 1 });
  for (const key of ['a', 'b', 'b', 'b', 'c']) queue.add(key);
  for (let done = 0; done < 3; done += 1) {
    await eventually('next call', () => calls.length > done);
    calls[done]?.end();
  }
  await queue.drained();
  expect(keys()).toEqual(['a', 'b', 'c']);
});

test('a key added while it is being handled is handled once more, but never twice at one time', async () => {
  const { calls, keys, handle } = heldHandler();
  const queue = createWorkQueue({ handle, logger, clock: quickClock() });
  queue.add('a');
  queue.add('a');
  queue.add('a');
  expect(keys()).toEqual(['a']);
  calls[0]?.end();
  await eventually('second call', () => calls.length === 2);
  calls[1]?.end();
  await queue.drained();
  expect(keys()).toEqual(['a', 'a']);
});

test('no more keys are handled at one time than allowed', async () => {
  let running = 0;
  let most = 0;
  const queue = createWorkQueue({
    handle: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      running -= 1;
    },
    logger,
    clock: quickClock(),
  });
  for (let index = 0; index < 100; index += 1) queue.add(String(index));
  await queue.drained();
  expect(most).toBe(16);
});

test('a key that fails is tried again for ever, later each time, and holds up no other', async () => {
  const clock = quickClock();
  const handled: string[] = [];
  let failuresLeft = 10;
  const queue = createWorkQueue({
    handle: async (key) => {
      if (key === 'bad' && failuresLeft > 0) {
        failuresLeft -= 1;
        throw new Error('Temporal is away');
      }
      handled.push(key);
    },
    logger,
    clock,
    concurrency: 1,
  });
  queue.add('bad');
  queue.add('good');
  await queue.drained();
  expect(handled).toEqual(['good', 'bad']);
  expect(clock.waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000, 15_000]);
  expect(queue.health()).toEqual({ size: 0, failing: 0, lastError: undefined });
});

test('a key added while it waits for another try keeps its turn, so that events cannot hammer a server that is down', async () => {
  const clock = heldClock();
  const { calls, handle } = heldHandler();
  const queue = createWorkQueue({ handle, logger, clock });
  queue.add('a');
  calls[0]?.end(new Error('no'));
  await eventually('waiting', () => clock.pending().length === 1);
  queue.add('a');
  queue.add('a');
  expect(calls).toHaveLength(1);
  expect(queue.health()).toMatchObject({ failing: 1, lastError: 'no' });
  clock.advance(250);
  await eventually('second try', () => calls.length === 2);
  calls[1]?.end();
  await queue.drained();
  expect(calls).toHaveLength(2);
});

test('stop takes nothing more and waits for what is running', async () => {
  const { calls, keys, handle } = heldHandler();
  const queue = createWorkQueue({ handle, logger, clock: heldClock(), concurrency: 1 });
  queue.add('a');
  queue.add('b');
  let isStopped = false;
  const stopped = queue.stop().then(() => {
    isStopped = true;
    return isStopped;
  });
  queue.add('c');
  await Promise.resolve();
  expect(isStopped).toBe(false);
  calls[0]?.end();
  await stopped;
  expect(keys()).toEqual(['a']);
});

test('a key is handled at most five times in a second when its handlings are 200 ms apart, and holds up no other', async () => {
  const clock = heldClock();
  const start = clock.now();
  const handled: string[] = [];
  const queue = createWorkQueue({
    handle: async (key) => {
      handled.push(`${key} ${clock.now() - start}`);
    },
    logger,
    clock,
    spacingMs: 200,
  });
  for (let ms = 0; ms < 1_000; ms += 10) {
    queue.add('busy');
    if (ms === 500) queue.add('quiet');
    // Promises first, so that what is handled has ended.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    clock.advance(10);
  }
  expect(handled).toEqual(['busy 0', 'busy 200', 'busy 400', 'quiet 500', 'busy 600', 'busy 800']);
  clock.advance(200);
  await queue.drained();
  expect(queue.health().size).toBe(0);
});
