import { createClusterView, type ClusterView } from '../../../src/kubernetes/watch/clusterView.ts';
import { createPathIndex } from '../../../src/paths/pathIndex.ts';
import { apiObject, settledObject } from '../../support/builders/apis.ts';
import { eventually } from '../../support/builders/eventually.ts';
import { heldClock, type HeldClock } from '../../support/builders/quickClock.ts';
import { silentLogger } from '../../support/builders/silentLogger.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ScriptedCluster,
} from '../../support/cluster/scriptedCluster.ts';

const KEY = 'exposedapis/shop/shop-catalog-v4';
const APIS = { plural: 'exposedapis', namespace: 'shop' };
const SLICES = { plural: 'endpointslices', namespace: 'shop' };
const kinds = ['exposedapis', 'components'];

const slice = {
  metadata: {
    namespace: 'shop',
    name: 'one',
    resourceVersion: '9',
    labels: { 'kubernetes.io/service-name': 'catalog' },
  },
  endpoints: [{ conditions: { ready: true } }],
};

let cluster: ScriptedCluster;
let clock: HeldClock;
let view: ClusterView;
let refusedKinds: readonly string[];
let items: Readonly<Record<string, readonly unknown[]>>;

/** Each list is at version 20; each watch ends as soon as it is opened, and the held clock keeps it from being opened again. */
function answer(path: string): ApiAnswer {
  const { pathname, searchParams } = new URL(path, 'http://cluster');
  if (pathname === '/apis/oda.tmforum.org')
    return [200, { preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] }];
  if (pathname === '/apis/oda.tmforum.org/v1')
    return [200, { resources: kinds.map((name) => ({ name, kind: name, namespaced: true })) }];
  const plural = pathname.split('/').at(-1) ?? '';
  if (searchParams.has('watch')) return refused(500);
  if (refusedKinds.includes(plural)) return refused(403);
  return [
    200,
    {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'ThingList',
      metadata: { resourceVersion: '20' },
      items: items[plural] ?? [],
    },
  ];
}

beforeEach(async () => {
  clock = heldClock();
  refusedKinds = [];
  items = { exposedapis: [settledObject()], endpointslices: [slice] };
  cluster = await startScriptedCluster(({ path }) => answer(path));
  view = createClusterView(
    { clients: cluster.clients, clock, logger: silentLogger().logger },
    {
      namespaces: ['shop'],
      selector: '',
      ingressName: 'apig',
      publicUrl: 'http://10.0.0.1',
      componentController: 'external',
    },
    createPathIndex(() => 'http://gateway.example'),
  );
});
afterEach(async () => {
  await view.stop();
  await cluster.close();
});

async function listed(): Promise<void> {
  view.start();
  await view.settled();
}

test('what surrounds APIs is listed before the APIs, so that a restart with everything up to date finds it so', async () => {
  const told: string[] = [];
  view.subscribe({
    onApi: ({ next }) => void told.push(`api ${next && view.surroundingsOf(next.api).endpointsReady}`),
    onComponent: () => undefined,
    onSlice: () => void told.push('slice'),
    onIngress: () => undefined,
  });
  await listed();
  expect(told).toEqual(['slice', 'api true']);
  expect(view.watchedApi(KEY)).toMatchObject({ status: settledObject()['status'] });
});

test('a kind that is not served holds nothing up, and is not in the view', async () => {
  await listed();
  expect(view.isSynced(APIS)).toBe(true);
  expect(view.isSynced({ ...APIS, plural: 'apis' })).toBe(false);
});

test('it knows how far each kind is, and who asks for more waits 2 s', async () => {
  await listed();
  expect(view.hasReached(APIS, '20')).toBe(true);
  expect(await view.waitFor(APIS, '20')).toBe(true);
  const later = view.waitFor(APIS, '21');
  clock.advance(2_000);
  expect(await later).toBe(false);
});

test('where a watch has been away for some seconds the view is not fresh, and nobody waits for it', async () => {
  await listed();
  expect(view.isFresh(SLICES)).toBe(true);
  clock.advance(5_001);
  expect(view.isFresh(SLICES)).toBe(false);
  expect(await view.waitFor(SLICES, '20')).toBe(false);
});

test('outside the namespaces that are watched nothing is fresh', async () => {
  await listed();
  expect(view.isFresh({ ...APIS, namespace: 'elsewhere' })).toBe(false);
  expect(await view.waitFor({ ...APIS, namespace: 'elsewhere' }, '1')).toBe(false);
});

test('a new list finds what has gone, from the version of the list on', async () => {
  const gone: string[] = [];
  view.subscribe({
    onApi: ({ key, next, resourceVersion }) => {
      if (next === undefined) gone.push(`${key} at ${resourceVersion}`);
    },
    onComponent: () => undefined,
    onSlice: () => undefined,
    onIngress: () => undefined,
  });
  await listed();
  items = { endpointslices: [slice] };
  const again = view.relist();
  await eventually('the API is gone', () => {
    clock.advance(30_000);
    return gone.length > 0;
  });
  await again;
  expect(gone).toEqual(['shop/shop-catalog-v4 at 20']);
  expect(view.api(KEY)).toBeUndefined();
});

test('what one that is gone has left is told to those who ask for its path, and keeps nobody from it here', async () => {
  const newer = {
    metadata: {
      name: 'newer',
      uid: 'newer',
      creationTimestamp: '2026-02-01T00:00:00Z',
      resourceVersion: '3',
    },
  };
  items = { exposedapis: [settledObject(), apiObject(newer)] };
  await listed();
  const waiting = view.api('exposedapis/shop/newer');
  if (waiting === undefined) throw new Error('the newer API is not in the view');
  expect(view.surroundingsOf(waiting).pathOwner).toMatchObject({ name: 'shop/shop-catalog-v4' });
  items = { exposedapis: [apiObject(newer)] };
  const again = view.relist();
  await eventually('the older API is gone', () => {
    clock.advance(30_000);
    return view.api(KEY) === undefined;
  });
  await again;
  expect(view.surroundingsOf(waiting).pathOwner).toBeUndefined();
});

test('a kind that may no longer be listed keeps no other from being listed anew, and the refusal is told at the end', async () => {
  items = { exposedapis: [settledObject()] };
  await listed();
  refusedKinds = ['endpointslices'];
  items = {};
  const again = view.relist().then(
    () => 'done',
    (error: unknown) => String(error),
  );
  await eventually('the API is gone', () => {
    clock.advance(30_000);
    return view.api(KEY) === undefined;
  });
  expect(await again).toContain('403');
});

const apiLists = (): number =>
  cluster.calls.filter(({ path }) => path.includes('/exposedapis') && !path.includes('watch')).length;

test('who asks for the APIs before they were listed gets the first list; who asks later gets another', async () => {
  const first = view.listApis();
  await listed();
  await first;
  expect(apiLists()).toBe(1);
  let isDone = false;
  const again = view.listApis().then(() => (isDone = true));
  await eventually('they are listed once more', () => {
    clock.advance(30_000);
    return isDone;
  });
  await again;
  expect(apiLists()).toBe(2);
});

test('a list of the APIs that is refused is told to who asked for it', async () => {
  await listed();
  refusedKinds = ['exposedapis'];
  const asked = view.listApis().then(
    () => 'done',
    (error: unknown) => String(error),
  );
  let told = '';
  void asked.then((text) => (told = text));
  await eventually('the refusal is told', () => {
    clock.advance(30_000);
    return told !== '';
  });
  expect(told).toContain('403');
});

test('that the cluster does not serve a kind is told once, however many namespaces are watched', async () => {
  const { logger, lines } = silentLogger();
  const wide = createClusterView(
    { clients: cluster.clients, clock, logger },
    {
      namespaces: ['shop', 'bank', 'town'],
      selector: '',
      ingressName: 'apig',
      publicUrl: 'http://10.0.0.1',
      componentController: 'external',
    },
    createPathIndex(() => 'http://gateway.example'),
  );
  wide.start();
  await wide.settled();
  await wide.stop();
  const told = lines.filter(({ msg }) => msg === 'The cluster does not serve this kind yet');
  expect(told).toEqual([expect.objectContaining({ level: 'info', kind: 'apis' })]);
});
