import { createTaskFailures } from '../../src/app/taskFailures.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const MINUTE_MS = 60_000;

function setUp() {
  const clock = heldClock();
  const { logger, lines } = silentLogger();
  let total: number | undefined = 0;
  const failures = createTaskFailures({ total: async () => total, clock, logger });
  const stopped = new AbortController();
  const ended = failures.run(stopped.signal);
  return {
    failures,
    warnings: () => lines.filter(({ level }) => level === 'warn'),
    /** Time passes; then it looks. */
    after: async (ms: number, seen: number | undefined): Promise<void> => {
      await eventually('it waits', () => clock.pending().length === 1);
      total = seen;
      clock.advance(ms);
      await eventually('it has looked', () => clock.pending().length === 1);
    },
    stop: async (): Promise<void> => {
      stopped.abort();
      await ended;
    },
  };
}

test('tasks that failed within the last 15 minutes are told, with what to do; later no more', async () => {
  const { failures, after, stop } = setUp();
  await after(10_000, 0);
  expect(failures.detail()).toBeUndefined();
  await after(10_000, 1);
  await after(10_000, 3);
  expect(failures.detail()).toMatch(/^3 workflow tasks failed .*reset or terminate it.*troubleshooting\.md/);
  await after(14 * MINUTE_MS, 4);
  expect(failures.detail()).toMatch(/^4 /);
  await after(2 * MINUTE_MS, 4);
  expect(failures.detail()).toMatch(/^1 workflow task failed/);
  await after(15 * MINUTE_MS, 4);
  expect(failures.detail()).toBeUndefined();
  await stop();
});

test('one line tells that tasks fail, however often they do', async () => {
  const { warnings, after, stop } = setUp();
  for (let count = 1; count <= 20; count += 1) await after(MINUTE_MS, count);
  expect(warnings()).toHaveLength(1);
  await after(16 * MINUTE_MS, 20);
  await after(MINUTE_MS, 21);
  expect(warnings()).toHaveLength(2);
  await stop();
});

test('a count that is not known at the moment changes nothing', async () => {
  const { failures, after, stop } = setUp();
  await after(10_000, 2);
  await after(10_000, undefined);
  await after(10_000, 2);
  expect(failures.detail()).toMatch(/^2 /);
  await stop();
});
