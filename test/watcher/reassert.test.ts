import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import type { Clock } from '../../src/kubernetes/clock.ts';
import { runReassert } from '../../watcher/reassert.ts';
import { resourceKey } from '../../src/domain/kubernetes/names.ts';
import { parsedApi } from '../support/builders/apis.ts';
import { quickClock } from '../support/builders/quickClock.ts';

const HOUR = 3_600_000;

/** A cluster whose APIs the gateway confirms anew as soon as they are signalled, and a sweep until `isOver`. */
async function sweep(
  apis: Map<string, ExposedApi>,
  intervalMs: number,
  isOver: (clock: Clock, signals: readonly Signal[]) => boolean,
  late: () => number = () => 0,
): Promise<readonly Signal[]> {
  const clock = quickClock();
  const startedAt = clock.now();
  const stopping = new AbortController();
  const signals: Signal[] = [];
  const stoppedClock: Clock = {
    ...clock,
    async sleep(ms, signal) {
      await clock.sleep(ms + late(), signal);
      if (isOver(clock, signals)) stopping.abort();
    },
  };
  const confirm = (key: string): void => {
    signals.push({ key, at: clock.now() - startedAt });
    const api = apis.get(key);
    if (api !== undefined) apis.set(key, confirmedAt(api, clock.now() + 50));
  };
  await runReassert(
    {
      intervalMs,
      apis: () => apis.values(),
      api: (key) => apis.get(key),
      signal: confirm,
      clock: stoppedClock,
    },
    stopping.signal,
  );
  return signals;
}

interface Signal {
  readonly key: string;
  readonly at: number;
}

function registered(name: string, metadata: object = {}): ExposedApi {
  return parsedApi({ metadata: { name, ...metadata }, status: { apig: { state: 'Registered' } } });
}

function confirmedAt(api: ExposedApi, time: number): ExposedApi {
  const apig = { ...api.status.apig, registeredAt: new Date(time).toISOString() };
  return { ...api, status: { ...api.status, apig } };
}

const mapOf = (apis: readonly ExposedApi[]): Map<string, ExposedApi> =>
  new Map(apis.map((api) => [resourceKey(api.ref), api]));
const names = (signals: readonly Signal[]): string[] => signals.map(({ key }) => key.split('/').at(-1) ?? '');
const after =
  (ms: number) =>
  (clock: Clock): boolean =>
    clock.now() >= 1_000_000 + ms;

test('every registered API is asserted once in an interval, in one order, at an even pace and never in a burst', async () => {
  const all = Array.from({ length: 100 }, (_, index) => `api-${String(index).padStart(3, '0')}`);
  const signals = await sweep(mapOf(all.toReversed().map((name) => registered(name))), HOUR, after(3 * HOUR));
  expect(names(signals.slice(0, 100))).toEqual(all);
  expect(names(signals)).toEqual([...all, ...all, ...all]);
  const gaps = signals.slice(1, 100).map(({ at }, index) => at - (signals[index]?.at ?? 0));
  expect(new Set(gaps)).toEqual(new Set([HOUR / 2 / 100]));
  const periods = signals.slice(100).map(({ at }, index) => at - (signals[index]?.at ?? 0));
  expect(new Set(periods)).toEqual(new Set([HOUR]));
});

test('late timers do not add up, and a process that stood still does not make up for it in a burst', async () => {
  const apis = mapOf(Array.from({ length: 100 }, (_, index) => registered(`api-${index}`)));
  const jitter = await sweep(apis, 10_000, after(30_000), () => 7);
  expect(jitter.length).toBeGreaterThan(295);
  let visits = 0;
  const stalled = await sweep(
    mapOf([...apis.values()].map((api) => confirmedAt(api, 0))),
    HOUR,
    (_clock, signals) => signals.length === 100,
    () => (++visits === 10 ? HOUR : 0),
  );
  const busiest = Math.max(
    ...stalled.map(({ at }) => stalled.filter((one) => one.at >= at && one.at < at + 18_000).length),
  );
  expect(busiest).toBeLessThanOrEqual(3);
});

test('what was confirmed at any time before is asserted within an interval', async () => {
  for (const age of [0, 0.1, 0.3, 0.49, 0.51, 0.9]) {
    const api = confirmedAt(registered('catalog'), 1_000_000 - age * HOUR);
    const [first] = await sweep(mapOf([api]), HOUR, (_clock, signals) => signals.length > 0);
    expect(first?.at).toBeLessThanOrEqual(HOUR);
  }
});

test('a restart asserts nothing that was confirmed lately', async () => {
  const apis = mapOf([confirmedAt(registered('catalog'), 1_000_000 - 60_000)]);
  expect(await sweep(apis, HOUR, after(HOUR / 4))).toEqual([]);
});

test('what is paused, being deleted, in conflict, at work or gone meanwhile is left alone', async () => {
  const conflict = registered('conflict');
  const apis = mapOf([
    registered('paused', { annotations: { 'apig.oda.tmforum.org/paused': 'true' } }),
    registered('deleting', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ...(['Conflict', 'Retrying', 'NotRouted', 'Rejected'] as const).map((state): ExposedApi => {
      const name = state.toLowerCase();
      const status = { ...conflict.status, apig: { ...conflict.status.apig, state } };
      return { ...conflict, ref: { ...conflict.ref, name }, status };
    }),
    registered('last'),
  ]);
  expect(names(await sweep(apis, HOUR, (_clock, signals) => signals.length > 0))).toEqual(['last']);
  const gone = mapOf([registered('a'), registered('b')]);
  const signals = await sweep(gone, HOUR, (clock, done) => {
    if (done.length === 1) gone.delete([...gone.keys()].find((key) => key.endsWith('/b')) ?? '');
    return after(2 * HOUR)(clock);
  });
  expect(names(signals)).toEqual(['a', 'a']);
});

test('without any API the sweep waits; switched off there is none', async () => {
  expect(await sweep(new Map(), HOUR, after(5 * HOUR))).toEqual([]);
  expect(await sweep(mapOf([registered('catalog')]), 0, () => false)).toEqual([]);
});
