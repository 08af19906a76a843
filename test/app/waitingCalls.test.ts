import { createWaitingCalls, type WaitingCall, type WaitingCalls } from '../../src/app/waitingCalls.ts';

let woken: string[];
let gone: Set<string>;
let troubles: unknown[];
let calls: WaitingCalls;
let now: number;
beforeEach(() => {
  woken = [];
  gone = new Set();
  troubles = [];
  now = 0;
  calls = createWaitingCalls({
    wake,
    onTrouble: (error) => troubles.push(error),
    now: () => now,
    limit: 100,
  });
});

async function wake({ workflowId }: WaitingCall): Promise<'woken' | 'gone'> {
  if (workflowId === 'broken') throw new Error('Temporal is away');
  if (gone.has(workflowId)) return 'gone';
  woken.push(workflowId);
  return 'woken';
}

type Kind = Parameters<WaitingCalls['ended']>[0]['kind'];

function ended(workflowId: string, kind: Kind, repeatsInMs = 30_000): void {
  const repeats = kind === 'unavailable' ? { repeatsInMs } : {};
  calls.ended({ workflowId, runId: 'run', activityId: '1', kind, ...repeats });
}

/** All that can go on has gone on. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `api-${index}`);

test('while the gateway is away nobody is woken; the first call that gets through wakes those that wait longest', async () => {
  for (const name of names(6)) ended(name, 'unavailable');
  ended('other', 'rejected');
  await settled();
  expect(woken).toEqual([]);
  ended('first', 'accepted');
  await settled();
  expect(woken).toEqual(['api-0', 'api-1', 'api-2', 'api-3']);
});

test('each that gets through wakes more, until none waits', async () => {
  for (const name of names(50)) ended(name, 'unavailable');
  ended('first', 'accepted');
  for (let next = 0; next < 50; next += 1) {
    await settled();
    const name = woken[next];
    if (name !== undefined) ended(name, 'accepted');
  }
  expect(woken).toHaveLength(50);
  expect(calls.size()).toBe(0);
});

test('a gateway that falters again is left alone', async () => {
  for (const name of names(50)) ended(name, 'unavailable');
  ended('first', 'accepted');
  await settled();
  for (const name of woken) ended(name, 'unavailable');
  await settled();
  expect(woken).toHaveLength(4);
  expect(calls.size()).toBe(50);
});

test('a call that the gateway refuses while others get through is woken once, so that the pauses between its tries grow', async () => {
  ended('refused', 'unavailable');
  for (const name of names(20)) {
    ended(name, 'accepted');
    await settled();
    ended('refused', 'unavailable');
  }
  expect(woken).toEqual(['refused']);
  // It counts among those that wait, until its next try must have come.
  expect(calls.size()).toBe(1);
  now = 3 * 60_000;
  expect(calls.size()).toBe(0);
});

test('it is woken again when the gateway was away for it, too', async () => {
  ended('refused', 'unavailable');
  ended('first', 'accepted');
  await settled();
  ended('refused', 'unavailable');
  ended('refused', 'unavailable');
  ended('second', 'accepted');
  await settled();
  expect(woken).toEqual(['refused', 'refused']);
});

test('a call that waits no longer gives its turn to the next', async () => {
  for (const name of names(10)) ended(name, 'unknown');
  for (const name of names(6)) gone.add(name);
  ended('first', 'accepted');
  await settled();
  expect(woken).toEqual(['api-6', 'api-7', 'api-8', 'api-9']);
});

test('what has got through by itself is not woken', async () => {
  ended('early', 'unavailable');
  ended('early', 'accepted');
  ended('first', 'accepted');
  await settled();
  expect(woken).toEqual([]);
});

test('what Temporal repeats in a moment, or may be repeating now, is not woken: its outcome would be lost', async () => {
  ended('overdue', 'unavailable', 8_000);
  ended('due', 'unavailable', 10_500);
  ended('later', 'unavailable', 20_000);
  ended('in its workflow', 'unknown');
  now = 10_000;
  ended('first', 'accepted');
  await settled();
  expect(woken).toEqual(['later', 'in its workflow']);
});

test('of very many only the newest are remembered', () => {
  for (const name of names(250)) ended(name, 'unavailable');
  expect(calls.size()).toBe(100);
});

test('a call that cannot be woken is told, and comes by itself', async () => {
  ended('broken', 'unavailable');
  ended('first', 'accepted');
  await settled();
  expect(troubles).toHaveLength(1);
});

test('nobody is woken by a lane that has ended', async () => {
  ended('api', 'unavailable');
  await calls.stop();
  ended('first', 'accepted');
  await settled();
  expect(woken).toEqual([]);
});
