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

/** What is handled while somebody changes the key every 20 ms, as seconds since the start. */
async function handledUnderChange(clock: ReturnType<typeof heldClock>, seconds: number) {
  const start = clock.now();
  const handled: number[] = [];
  const queue = createWorkQueue({
    handle: async () => {
      handled.push((clock.now() - start) / 1_000);
    },
    logger,
    clock,
    spacingMs: 200,
    burst: { size: 20, everyMs: 2_000 },
  });
  const pass = async (ms: number, isChanging: boolean): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 20) {
      if (isChanging) queue.add('busy');
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      clock.advance(20);
    }
  };
  await pass(seconds * 1_000, true);
  return { handled, pass, queue, elapsed: () => (clock.now() - start) / 1_000 };
}

test('a key that keeps changing is handled at once at first, then once in two seconds, and fast again after a quiet time', async () => {
  const { handled, pass, queue } = await handledUnderChange(heldClock(), 20);
  expect(handled[0]).toBe(0);
  expect(handled.filter((at) => at < 4)).toHaveLength(20);
  const later = handled.filter((at) => at >= 6);
  const gaps = later.slice(1).map((at, index) => at - (later[index] ?? 0));
  expect(gaps.length).toBeGreaterThanOrEqual(5);
  for (const gap of gaps) expect(gap).toBeCloseTo(2, 1);

  await pass(2_000, false);
  await queue.drained();
  await pass(40_000, false);
  const before = handled.length;
  await pass(900, true);
  expect(handled.length - before).toBe(5);
});

test('what changed last is always handled, however often it had changed before', async () => {
  const { handled, pass, queue, elapsed } = await handledUnderChange(heldClock(), 10);
  const lastChange = elapsed();
  await pass(4_000, false);
  await queue.drained();
  expect(handled.at(-1)).toBeGreaterThanOrEqual(lastChange - 0.02);
  expect(handled.at(-1)).toBeLessThan(lastChange + 2.1);
});

test('a handling that failed does not count: after an outage of what it signals a key is as fast as ever', async () => {
  const clock = quickClock();
  let failuresLeft = 50;
  const queue = createWorkQueue({
    handle: async () => {
      failuresLeft -= 1;
      if (failuresLeft >= 0) throw new Error('away');
    },
    logger,
    clock,
    spacingMs: 200,
    burst: { size: 2, everyMs: 1_000_000 },
  });
  queue.add('a');
  await queue.drained();
  expect(Math.max(...clock.waits)).toBeLessThanOrEqual(30_000);
});

test('groups take turns: a key of a small group does not wait for the thousands of a large one', async () => {
  const { calls, keys, handle } = heldHandler();
  const queue = createWorkQueue({
    handle,
    logger,
    clock: quickClock(),
    concurrency: 1,
    groupOf: (key) => key.split('/')[0] ?? '',
  });
  for (let index = 0; index < 1_000; index += 1) queue.add(`many/${index}`);
  queue.add('few/a');
  queue.add('few/b');
  for (let done = 0; done < 5; done += 1) {
    await eventually('next call', () => calls.length > done);
    calls[done]?.end();
  }
  expect(keys().slice(0, 5)).toEqual(['many/0', 'many/1', 'few/a', 'many/2', 'few/b']);
  const stopped = queue.stop();
  await eventually('the last call', () => calls.length > 5 || queue.health().size === 0);
  for (const { end } of calls.slice(5)) end();
  await stopped;
});

test('a full group waits, whatever its keys, while others go on; it goes on when there is room', async () => {
  const { keys, handle } = heldHandler();
  const full = new Set(['large']);
  const queue = createWorkQueue({
    handle,
    logger,
    clock: quickClock(),
    groupOf: (key) => key.split('/')[0] ?? '',
    isGroupFull: (group) => full.has(group),
  });
  for (const key of ['large/1', 'large/2', 'small/1']) queue.add(key);
  expect(keys()).toEqual(['small/1']);
  full.clear();
  queue.resume();
  expect(keys()).toEqual(['small/1', 'large/1', 'large/2']);
  expect(queue.health().size).toBe(3);
});
