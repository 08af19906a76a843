import { createTemporalProbe } from '../../src/app/temporalProbe.ts';
import { heldClock } from '../support/builders/quickClock.ts';

const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('Temporal is taken for silent five seconds after its last answer, and for well with the next one', async () => {
  const clock = heldClock();
  let isAway = false;
  const stopped = new AbortController();
  const probe = createTemporalProbe(
    {
      withDeadline: async (_deadline, ask) => ask(),
      workflowService: {
        getSystemInfo: async () => {
          if (isAway) throw new Error('14 UNAVAILABLE');
        },
      },
    },
    clock,
  );
  const running = probe.run(stopped.signal);
  await settled();
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i += 1) {
      clock.advance(1_000);
      await settled();
    }
  };
  await pass(10);
  expect(probe.isAnswering()).toBe(true);
  isAway = true;
  await pass(5);
  expect(probe.isAnswering()).toBe(true);
  await pass(2);
  expect(probe.isAnswering()).toBe(false);
  isAway = false;
  await pass(2);
  expect(probe.isAnswering()).toBe(true);
  stopped.abort();
  await running;
});
