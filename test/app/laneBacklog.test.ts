import { createCountQueued, createLaneBacklog } from '../../src/app/laneBacklog.ts';
import { heldClock } from '../support/builders/quickClock.ts';

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('a lane says how many calls wait in front of it, asks anew after a quarter of a minute, and ends at once', async () => {
  const clock = heldClock();
  const stopping = new AbortController();
  const answers = [3, 5];
  const backlog = createLaneBacklog({ count: async () => answers.shift() ?? 0, clock });
  expect(backlog.size()).toBeUndefined();
  const running = backlog.run(stopping.signal);
  await turn();
  expect(backlog.size()).toBe(3);
  clock.advance(15_000);
  await turn();
  expect(backlog.size()).toBe(5);
  stopping.abort();
  await running;
});

test('while Temporal does not answer nothing is said, and it is asked again', async () => {
  const clock = heldClock();
  const stopping = new AbortController();
  let isAway = true;
  const count = async (): Promise<number> => {
    if (isAway) throw new Error('away');
    return 7;
  };
  const backlog = createLaneBacklog({ count, clock });
  const running = backlog.run(stopping.signal);
  await turn();
  expect(backlog.size()).toBeUndefined();
  isAway = false;
  clock.advance(15_000);
  await turn();
  expect(backlog.size()).toBe(7);
  stopping.abort();
  await running;
});

test('Temporal is asked for the activities of the queue, with their number', async () => {
  const asked: object[] = [];
  const service = {
    describeTaskQueue: async (request: object) => {
      asked.push(request);
      return { stats: { approximateBacklogCount: 12 } };
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the service only this one method is asked
  const count = createCountQueued(service as unknown as Parameters<typeof createCountQueued>[0], 'default');
  expect(await count('apig-gateway/apig:80')).toBe(12);
  expect(asked).toEqual([
    {
      namespace: 'default',
      taskQueue: { name: 'apig-gateway/apig:80' },
      taskQueueType: 2,
      reportStats: true,
    },
  ]);
});
