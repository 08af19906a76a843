import { createLanePool, type Lane, type LanePool } from '../../src/app/lanePool.ts';

const A = 'http://a.example:8080';
const B = 'http://b.example:8080';
const IDLE_MS = 1_000;

interface StartedLane extends Lane {
  readonly endpoint: string;
  isStopped: boolean;
  end(error?: Error): void;
}

let started: StartedLane[];
let pool: LanePool;
let now: number;
beforeEach(() => {
  started = [];
  now = 0;
  pool = createLanePool({
    start: async (endpoint) => {
      const { promise: done, resolve, reject } = Promise.withResolvers<void>();
      const lane: StartedLane = {
        endpoint,
        isStopped: false,
        done,
        stop() {
          lane.isStopped = true;
        },
        end: (error) => (error === undefined ? resolve() : reject(error)),
      };
      started.push(lane);
      return lane;
    },
    idleMs: IDLE_MS,
    now: () => now,
  });
});

/** All that can go on has gone on. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('each gateway has one lane, however it is spelt and however often it is needed', async () => {
  for (const endpoint of [A, `${A}/path`, B, A]) pool.need(endpoint);
  await settled();
  expect(started.map(({ endpoint }) => endpoint)).toEqual([A, B]);
  expect(pool.gateways()).toEqual(['a.example:8080', 'b.example:8080']);
});

test('a lane that nobody has needed for long is put down; one that is needed stays', async () => {
  pool.need(A);
  pool.need(B);
  now = IDLE_MS;
  pool.need(B);
  now = IDLE_MS + 1;
  pool.sweep();
  await settled();
  expect(started.map(({ isStopped }) => isStopped)).toEqual([true, false]);
  expect(pool.gateways()).toEqual(['b.example:8080']);
});

test('a lane that is needed again while it is put down begins after its calls have ended', async () => {
  pool.need(A);
  now = IDLE_MS + 1;
  pool.sweep();
  pool.need(A);
  await settled();
  expect(started).toHaveLength(1);
  started[0]?.end();
  await settled();
  expect(started).toHaveLength(2);
});

test('a stop ends when the last call of the last lane has ended, and nothing begins afterwards', async () => {
  pool.need(A);
  pool.need(B);
  let isStopped = false;
  const stopping = (async () => {
    await pool.stop();
    isStopped = true;
  })();
  pool.need('http://c.example');
  await settled();
  expect(started.map((lane) => lane.isStopped)).toEqual([true, true]);
  started[0]?.end();
  await settled();
  expect(isStopped).toBe(false);
  started[1]?.end();
  await stopping;
  expect(started).toHaveLength(2);
});

test('a lane that fails is told: half a process would only look alive', async () => {
  pool.need(A);
  await settled();
  started[0]?.end(new Error('poll failed'));
  await expect(pool.failed).rejects.toThrow('poll failed');
});
