import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { FINALIZER, type ResourceRef } from '../../src/domain/kubernetes/names.ts';
import { LOOK_INTERVAL_MS, runWakeLost } from '../../watcher/wakeLost.ts';
import { parsedApi, registeredStatus, settledApi } from '../support/builders/apis.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const FORMER = 'http://former.example';

function setUp(apis: readonly ExposedApi[], atWork: readonly string[] = []) {
  const clock = heldClock();
  const stopping = new AbortController();
  const state = { apis: [...apis], lists: 0, failures: 0, signals: new Array<string>() };
  const done = runWakeLost(
    {
      apis: () => state.apis,
      desired: { formerGateways: () => [FORMER] },
      running: async function* running(): AsyncGenerator<ResourceRef> {
        state.lists += 1;
        if (state.failures > 0) {
          state.failures -= 1;
          throw new Error('Temporal is away');
        }
        for (const { ref } of apis) if (atWork.includes(ref.name)) yield ref;
      },
      signal: (key) => state.signals.push(key),
      clock,
      logger: silentLogger().logger,
    },
    stopping.signal,
  );
  return {
    state,
    look: async (): Promise<void> => {
      clock.advance(LOOK_INTERVAL_MS);
      await eventually('the next wait', () => clock.pending().length === 1);
    },
    stop: async (): Promise<void> => {
      stopping.abort();
      await done;
    },
  };
}

const underWay = (name: string, resourceVersion = '1'): ExposedApi =>
  parsedApi({ metadata: { name, resourceVersion }, status: registeredStatus({ state: 'Retrying' }) });

test('an API that is under way and whose workflow somebody ended is woken within two minutes', async () => {
  const { state, look, stop } = setUp([underWay('ended'), underWay('at-work')], ['at-work']);
  await look();
  expect(state).toMatchObject({ signals: [], lists: 0 });
  await look();
  expect(state).toMatchObject({ signals: ['exposedapis/shop/ended'], lists: 1 });
  await stop();
});

test('a deletion that waits for its workflow is woken, too', async () => {
  const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [FINALIZER] };
  const { state, look, stop } = setUp([settledApi({ metadata: deleting })]);
  await look();
  await look();
  expect(state.signals).toEqual(['exposedapis/shop/shop-catalog-v4']);
  await stop();
});

test('one that something is left of at a former gateway is woken, as long as a setting names that gateway', async () => {
  const leftAt = (gateway: string): readonly ExposedApi[] => [
    settledApi({
      status: registeredStatus({
        formerGateways: [{ gateway, registrations: [{ name: 'shop-catalog-v4', path: '/old' }] }],
      }),
    }),
  ];
  for (const [gateway, signals] of [
    [FORMER, ['exposedapis/shop/shop-catalog-v4']],
    ['http://unnamed.example', []],
  ] as const) {
    const { state, look, stop } = setUp(leftAt(gateway));
    await look();
    await look();
    expect(state.signals).toEqual(signals);
    await stop();
  }
});

test('while nothing is under way, or something happens to all that is, Temporal is asked nothing', async () => {
  const { state, look, stop } = setUp([settledApi(), underWay('busy', '1')]);
  for (const version of ['2', '3', '4']) {
    await look();
    state.apis = [settledApi(), underWay('busy', version)];
  }
  expect(state).toMatchObject({ signals: [], lists: 0 });
  await stop();
});

test('a look that Temporal does not answer is made again a minute later', async () => {
  const { state, look, stop } = setUp([underWay('ended')]);
  state.failures = 1;
  await look();
  await look();
  expect(state).toMatchObject({ signals: [], lists: 1 });
  await look();
  expect(state).toMatchObject({ signals: ['exposedapis/shop/ended'], lists: 2 });
  await stop();
});
