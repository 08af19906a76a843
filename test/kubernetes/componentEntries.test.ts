import { parseComponent } from '../../src/domain/component/component.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { createComponentStore, type ComponentStore } from '../../src/kubernetes/components.ts';
import type { ComponentStatus } from '../../src/kubernetes/knownComponents.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock, type HeldClock } from '../support/builders/quickClock.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ApiCall,
  type ScriptedCluster,
} from '../support/cluster/scriptedCluster.ts';

type Json = Record<string, unknown>;

/** A Component in memory that knows the three operations of a JSON Patch that we use. */
let entries: Json[];
let version: number;
let isGone: boolean;
let hasStatus: boolean;
/** Answers PATCH requests before the Component does. */
let inTheWay: ((body: unknown) => ApiAnswer | undefined) | undefined;
/** What a view of the cluster knows; undefined: it is not asked. */
let seen: ComponentStatus | undefined;

let clock: HeldClock;
let conflicts: number;
let cluster: ScriptedCluster;
let store: ComponentStore;

beforeEach(async () => {
  entries = ['u0', 'u1', 'u2', 'u3'].map((uid) => ({ name: uid, uid }));
  version = 7;
  isGone = false;
  hasStatus = true;
  inTheWay = undefined;
  seen = undefined;
  conflicts = 0;
  clock = heldClock();
  cluster = await startScriptedCluster(answer);
  store = createComponentStore(cluster.clients, undefined, {
    current: () => seen,
    onConflict: () => (conflicts += 1),
    clock,
  });
});
afterEach(() => cluster.close());

function answer({ method, path, body }: ApiCall): ApiAnswer {
  if (path === '/apis/oda.tmforum.org')
    return [200, { preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] }];
  const kind = { kind: 'Component', namespaced: true };
  if (path === '/apis/oda.tmforum.org/v1')
    return [
      200,
      {
        resources: [
          { name: 'components', ...kind },
          ...(hasStatus ? [{ name: 'components/status', ...kind }] : []),
        ],
      },
    ];
  if (isGone) return refused(404);
  if (method === 'PATCH') {
    const other = inTheWay?.(body);
    if (other !== undefined) return other;
    // Where there is a status subresource, the object's own path takes no notice of a status.
    if (hasStatus !== path.includes('/status')) return hasStatus ? [200, component()] : [404, { code: 404 }];
    const patched = applied(body);
    if (patched === undefined) return refused(422);
    if (JSON.stringify(patched) !== JSON.stringify(entries)) version += 1;
    entries = patched;
  }
  return [200, component()];
}

function component(): object {
  return {
    apiVersion: 'oda.tmforum.org/v1',
    kind: 'Component',
    metadata: { name: 'shop', namespace: 'ns', uid: 'c', resourceVersion: String(version) },
    status: { coreAPIs: entries },
  };
}

function applied(body: unknown): Json[] | undefined {
  const next = structuredClone(entries);
  for (const { op, path, value } of (Array.isArray(body) ? body : []).map(asObject)) {
    const [, , , index = '', field = ''] = String(path).split('/');
    const entry = next[Number(index)];
    if (entry === undefined || (op === 'test' && entry[field] !== value)) return undefined;
    if (op === 'add') entry[field] = value;
    if (op === 'remove') delete entry[field];
  }
  return next;
}

const write = (apiUid: string, url = `https://gw/${apiUid}`) =>
  store.entries.write({ namespace: 'ns', component: 'shop', apiUid }, { url, ready: true });
const patches = (): readonly ApiCall[] => cluster.calls.filter(({ method }) => method === 'PATCH');
const reads = (): number =>
  cluster.calls.filter(({ method, path }) => method === 'GET' && path.includes('/shop')).length;
const urls = (): unknown[] => entries.map(({ url }) => url);
const pauseBegan = () => eventually('the pause after a write', () => clock.pending().length > 0);

/** The view sees the cluster as it is now. */
function look(): void {
  seen = parseComponent(component());
}

test('a write is one request where a view knows the Component, and none where the entry says the same', async () => {
  look();
  expect(await write('u1')).toBe('written');
  expect([patches().length, reads()]).toEqual([1, 0]);
  look();
  await pauseBegan();
  clock.advance(100);
  expect(await write('u1')).toBe('written');
  expect([patches().length, reads()]).toEqual([1, 0]);
});

test('the first entry goes at once, and those that come meanwhile or within 100 ms go out in one request', async () => {
  look();
  const first = write('u0');
  const second = write('u1');
  expect(await first).toBe('written');
  await pauseBegan();
  const third = write('u2');
  clock.advance(99);
  expect(patches()).toHaveLength(1);
  clock.advance(1);
  expect(await Promise.all([second, third])).toEqual(['written', 'written']);
  expect(patches()).toHaveLength(2);
  expect(patches()[1]?.body).toEqual([
    { op: 'test', path: '/status/coreAPIs/1/uid', value: 'u1' },
    { op: 'add', path: '/status/coreAPIs/1/url', value: 'https://gw/u1' },
    { op: 'add', path: '/status/coreAPIs/1/ready', value: true },
    { op: 'test', path: '/status/coreAPIs/2/uid', value: 'u2' },
    { op: 'add', path: '/status/coreAPIs/2/url', value: 'https://gw/u2' },
    { op: 'add', path: '/status/coreAPIs/2/ready', value: true },
  ]);
});

test('of several writes of one entry the last one counts', async () => {
  look();
  const all = [write('u0'), write('u1', 'old'), write('u1', 'new')];
  await pauseBegan();
  clock.advance(100);
  expect(await Promise.all(all)).toEqual(['written', 'written', 'written']);
  expect(urls()).toEqual(['https://gw/u0', 'new', undefined, undefined]);
  expect(patches()).toHaveLength(2);
});

test('a view that lags behind our own write is not believed', async () => {
  look();
  await write('u1', 'a');
  await pauseBegan();
  clock.advance(100);
  // The view still says that there is no url.
  expect(
    await store.entries.write({ namespace: 'ns', component: 'shop', apiUid: 'u1' }, { ready: true }),
  ).toBe('written');
  expect(urls()).toEqual([undefined, undefined, undefined, undefined]);
});

test('where the lists have changed since the view looked, the Component is read and the entry written where it is', async () => {
  look();
  entries = entries.toReversed();
  version += 1;
  expect(await write('u0')).toBe('written');
  expect(urls()).toEqual([undefined, undefined, undefined, 'https://gw/u0']);
  expect([patches().length, reads(), conflicts]).toEqual([2, 1, 1]);
});

test('each of a batch has its own answer', async () => {
  look();
  const all = [write('u0'), write('u1'), write('nobody')];
  await pauseBegan();
  clock.advance(100);
  expect(await Promise.all(all)).toEqual(['written', 'written', 'notListed']);
  isGone = true;
  seen = undefined;
  await pauseBegan();
  clock.advance(100);
  expect(await write('u2')).toBe('noComponent');
});

test('an entry that the API server refuses fails alone, after a few tries', async () => {
  look();
  inTheWay = (body) => (JSON.stringify(body).includes('evil') ? refused(422) : undefined);
  const first = write('u0');
  await first;
  const others = [write('u1'), write('u2', 'evil'), write('u3')];
  const results = Promise.allSettled(others);
  await eventually('all are answered', async () => {
    clock.advance(1_000);
    return (await Promise.race([results, Promise.resolve(undefined)])) !== undefined;
  });
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(urls()).toEqual(['https://gw/u0', 'https://gw/u1', undefined, 'https://gw/u3']);
});

test('when the API server is away every entry of the batch fails, and the next is tried anew', async () => {
  look();
  inTheWay = () => refused(500);
  await expect(write('u0')).rejects.toMatchObject({ code: 500 });
  await pauseBegan();
  clock.advance(100);
  inTheWay = undefined;
  expect(await write('u0')).toBe('written');
});

test('a status that has become a subresource since discovery is written to the subresource', async () => {
  look();
  hasStatus = false;
  await write('u0');
  await pauseBegan();
  clock.advance(100);
  hasStatus = true;
  expect(await write('u1')).toBe('written');
  expect(urls().slice(0, 2)).toEqual(['https://gw/u0', 'https://gw/u1']);
});

test('what the API server refuses though nothing has moved is sent once, and not again for half a minute', async () => {
  look();
  inTheWay = () => refused(422);
  await expect(write('u0')).rejects.toMatchObject({ code: 422 });
  expect(patches()).toHaveLength(1);
  await pauseBegan();
  clock.advance(29_999);
  await expect(write('u0')).rejects.toMatchObject({ code: 422 });
  expect(patches()).toHaveLength(1);
  // Something else may be acceptable.
  await expect(write('u0', 'https://gw/other')).rejects.toMatchObject({ code: 422 });
  expect(patches()).toHaveLength(2);
  inTheWay = undefined;
  await pauseBegan();
  clock.advance(30_000);
  expect(await write('u0', 'https://gw/other')).toBe('written');
});

test('a missing right is asked about once, and not again for half a minute', async () => {
  look();
  inTheWay = () => refused(403);
  await expect(write('u0')).rejects.toMatchObject({ code: 403 });
  await pauseBegan();
  clock.advance(100);
  await expect(write('u0')).rejects.toMatchObject({ code: 403 });
  expect(patches()).toHaveLength(1);
});
