import { createPathIndex } from '../../src/paths/pathIndex.ts';
import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import type { Versions } from '../../src/domain/kubernetes/versions.ts';
import { indexChanges, type ClusterView, type ViewHandlers } from '../../src/kubernetes/watch/clusterView.ts';
import type { ChangeHandlers } from '../../src/kubernetes/watch/informers.ts';
import { transformApi, transformComponent, transformSlice } from '../../src/kubernetes/watch/transforms.ts';
import { createView } from '../../src/kubernetes/watch/view.ts';
import { createWatcher } from '../../watcher/watcher.ts';
import type { TemporalClient } from '../../watcher/workflowSignaller.ts';
import { apiObject, RECONCILE_OPTIONS } from '../support/builders/apis.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop-catalog', uid: 'component-uid' }] };

/** A view that a test fills by hand. */
function viewByHand(): { readonly view: ClusterView; readonly events: ChangeHandlers } {
  const indexes = createView(
    {},
    createPathIndex(() => 'http://gateway.example'),
  );
  const subscribers = new Set<Partial<ViewHandlers>>();
  return {
    events: indexChanges(indexes, subscribers),
    view: {
      ...indexes,
      subscribe: (handlers) => {
        subscribers.add(handlers);
        return () => void subscribers.delete(handlers);
      },
      start: () => undefined,
      stop: () => Promise.resolve(),
      settled: () => Promise.resolve(),
      relist: () => Promise.resolve(),
      listApis: () => Promise.resolve(),
      isSynced: () => true,
      isFresh: () => true,
      hasReached: () => true,
      waitFor: () => Promise.resolve(true),
      health: () => ({ ready: true, detail: '', reflectors: [] }),
      ages: () => [],
    },
  };
}

function setUp() {
  const sent: (Versions | undefined)[] = [];
  const refusals: Error[] = [];
  const temporal: TemporalClient = {
    async signalWithStart(_type, { signalArgs }) {
      const refusal = refusals.pop();
      if (refusal !== undefined) throw refusal;
      sent.push(signalArgs?.[0]);
    },
    getHandle: () => ({ signal: () => Promise.resolve(), describe: () => Promise.resolve({}) }),
    list: async function* list() {
      yield* [];
    },
  };
  const clock = heldClock();
  const { view, events } = viewByHand();
  const watcher = createWatcher({
    view,
    temporal,
    readApi: () => Promise.resolve(undefined),
    clock,
    logger: silentLogger().logger,
    settings: {
      namespaces: [],
      componentController: 'external',
      cluster: '',
      desired: RECONCILE_OPTIONS,
      gatewayOf: () => 'http://gateway.example',
      resyncIntervalMs: 1_000_000,
      reassertIntervalMs: 0,
    },
  });
  let known: ReturnType<typeof transformApi> | undefined;
  return {
    events,
    sent,
    refusals,
    clock,
    watcher,
    /** An API that nobody has seen before. */
    add: (name: string, namespace: string): void => {
      const next = transformApi(
        apiObject({ metadata: { name, namespace, uid: name, ...OWNED } }),
        EXPOSED_APIS,
        false,
      );
      events.onApi({
        key: `${namespace}/${name}`,
        previous: undefined,
        next,
        cause: 'watch',
        resourceVersion: '1',
      });
    },
    /** What the workflow writes first. */
    write: (name: string, namespace: string): void => {
      const object = { metadata: { name, namespace, uid: name } };
      events.onApi({
        key: `${namespace}/${name}`,
        previous: transformApi(apiObject(object), EXPOSED_APIS, false),
        next: transformApi(
          apiObject({ ...object, status: { apig: { state: 'Registering' } } }),
          EXPOSED_APIS,
          false,
        ),
        cause: 'watch',
        resourceVersion: '2',
      });
    },
    /** A change of the spec. */
    change: (resourceVersion: string): void => {
      const next = transformApi(
        apiObject({ metadata: { resourceVersion }, spec: { port: Number(resourceVersion) } }),
        EXPOSED_APIS,
        false,
      );
      events.onApi({ key: 'shop/api', previous: known, next, cause: 'watch', resourceVersion });
      known = next;
    },
  };
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('changes in quick succession are few signals, and the last says the newest version', async () => {
  const { sent, clock, watcher, change } = setUp();
  for (let version = 100; version < 200; version += 1) {
    change(String(version));
    await turn();
    clock.advance(10);
  }
  clock.advance(200);
  await watcher.caughtUp();
  expect(sent).toEqual([100, 120, 140, 160, 180, 199].map((version) => ({ exposedapis: String(version) })));
  await watcher.stop();
});

test('a signal that Temporal did not take keeps its versions for the next try', async () => {
  const { sent, refusals, clock, watcher, change } = setUp();
  refusals.push(new Error('Temporal is away'));
  change('7');
  await turn();
  expect(watcher.health().detail).toContain('Temporal is away');
  clock.advance(500);
  await watcher.caughtUp();
  expect(sent).toEqual([{ exposedapis: '7' }]);
  await watcher.stop();
});

test('a namespace with many new APIs is signalled as its workflows take them up, and another one at once', async () => {
  const { sent, clock, watcher, add, write } = setUp();
  for (let index = 0; index < 100; index += 1) add(`api-${index}`, 'large');
  await turn();
  expect(sent).toHaveLength(4);
  add('api', 'small');
  await turn();
  expect(sent).toHaveLength(5);
  write('api-0', 'large');
  await turn();
  expect(sent).toHaveLength(6);
  clock.advance(2_000);
  await turn();
  expect(sent).toHaveLength(10);
  await watcher.stop();
});

test('what happens around an API that has no status yet is left to its first round', async () => {
  const { events, sent, clock, watcher, add } = setUp();
  add('api', 'shop');
  await turn();
  expect(sent).toHaveLength(1);
  const around = {
    key: 'set by the reflector',
    previous: undefined,
    cause: 'watch',
    resourceVersion: '3',
  } as const;
  const metadata = { name: 'shop-catalog', namespace: 'shop', uid: 'component-uid', resourceVersion: '3' };
  events.onComponent({
    ...around,
    next: transformComponent(
      { apiVersion: 'oda.tmforum.org/v1', kind: 'Component', metadata, spec: {}, status: {} },
      false,
    ),
  });
  const labels = { 'kubernetes.io/service-name': 'catalog' };
  events.onSlice({
    ...around,
    next: transformSlice({ metadata: { ...metadata, labels }, endpoints: [{ conditions: { ready: true } }] }),
  });
  await turn();
  clock.advance(5_000);
  await turn();
  expect(sent).toHaveLength(1);
  await watcher.stop();
});
