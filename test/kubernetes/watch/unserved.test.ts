import { createReflector, type Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import { eventually } from '../../support/builders/eventually.ts';
import { quickClock } from '../../support/builders/quickClock.ts';
import { silentLogger } from '../../support/builders/silentLogger.ts';

let asked: number;
let clock: ReturnType<typeof quickClock>;
let reflector: Reflector<object>;

/** Of a kind that the cluster does not serve. */
beforeEach(() => {
  asked = 0;
  clock = quickClock();
  reflector = createReflector<object>({
    name: 'things',
    source: async () => {
      asked += 1;
      return undefined;
    },
    transform: () => ({}),
    onChange: () => undefined,
    logger: silentLogger().logger,
    clock,
  });
  reflector.start();
});
afterEach(() => reflector.stop());

test('a kind that is not served is looked for ever less often, once in three minutes at rest', async () => {
  await eventually('twelve looks', () => clock.waits.length >= 12);
  // A quarter of the time is up to chance, which stands at one half.
  expect(clock.waits.slice(0, 12).map((wait) => wait / 0.875)).toEqual(
    [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 180_000, 180_000, 180_000].map(
      (wait) => Math.round(wait * 0.875) / 0.875,
    ),
  );
});

test('a list on demand of a kind that is not served is over when the cluster has been asked', async () => {
  await eventually('the first look', () => asked > 0);
  await reflector.relist();
  await reflector.relist();
  expect(reflector.health().served).toBe(false);
});
