import { createRestMapper, type RestMapper } from '../../../src/kubernetes/client/restMapper.ts';
import { heldClock, type HeldClock } from '../../support/builders/quickClock.ts';
import {
  refused,
  startScriptedCluster,
  type ScriptedCluster,
} from '../../support/cluster/scriptedCluster.ts';

const RESOURCES = { resources: [{ name: 'exposedapis', kind: 'ExposedAPI', namespaced: true }] };

let clock: HeldClock;
let version: string | undefined;
let isAway: boolean;
let cluster: ScriptedCluster;
let served: RestMapper;
beforeEach(async () => {
  clock = heldClock();
  version = 'v1';
  isAway = false;
  cluster = await startScriptedCluster(({ path }) => {
    if (isAway) return refused(500);
    if (version === undefined) return refused(404);
    if (path.endsWith(`/${version}`)) return [200, RESOURCES];
    return [200, { preferredVersion: { version }, versions: [{ version }] }];
  });
  served = createRestMapper(cluster.clients, clock);
});
afterEach(() => cluster.close());

/** How often the cluster was asked so far. */
const asked = (): number => cluster.calls.filter(({ path }) => path === '/apis/oda.tmforum.org').length;
const of = () => served.of('exposedapis');

/** When the cluster is asked within the time, in milliseconds, by somebody who wants to know each 50 ms. */
async function askedAt(ms: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < ms; at += 50) {
    const before = asked();
    await of().catch(() => undefined);
    if (asked() > before) times.push(at);
    clock.advance(50);
  }
  return times;
}

test('the cluster is asked now and then: soon after it was asked first, then ever less often while it says the same', async () => {
  expect(await of()).toMatchObject({ version: 'v1', kind: 'ExposedAPI', hasStatus: false });
  expect(await askedAt(100_000)).toEqual([250, 1_250, 5_250, 21_250, 85_250]);
  clock.advance(600_000);
  await of();
  const before = asked();
  clock.advance(599_000);
  await of();
  expect(asked()).toBe(before);
});

test('an answer that has changed is believed for a moment only, for it may change again', async () => {
  await askedAt(10_000);
  version = 'v2';
  served.forget('exposedapis');
  expect(await of()).toMatchObject({ version: 'v2' });
  expect((await askedAt(3_000)).slice(0, 2)).toEqual([250, 1_250]);
});

test('an old answer right after a change is corrected a moment later', async () => {
  await askedAt(10_000);
  served.forget('exposedapis');
  // The API server ended the watch, and told the new version a little later.
  expect(await of()).toMatchObject({ version: 'v1' });
  version = 'v2';
  clock.advance(250);
  expect(await of()).toMatchObject({ version: 'v2' });
});

test('a kind that is not served is an error that says what to install, and is asked for ever less often, once a minute at rest', async () => {
  version = undefined;
  await expect(of()).rejects.toThrow(
    'the cluster does not serve exposedapis.oda.tmforum.org: install its CustomResourceDefinition',
  );
  const times = await askedAt(200_000);
  expect(times).toEqual([250, 1_250, 5_250, 21_250, 81_250, 141_250]);
  version = 'v1';
  clock.advance(60_000);
  expect(await of()).toMatchObject({ version: 'v1' });
});

test('who lists anew asks the cluster, and what it says holds for all', async () => {
  version = undefined;
  await askedAt(100_000);
  version = 'v1';
  expect(await served.refresh('exposedapis')).toMatchObject({ version: 'v1' });
  const before = asked();
  expect(await of()).toMatchObject({ version: 'v1' });
  // Many who list at once ask once.
  await Promise.all([served.refresh('exposedapis'), served.refresh('exposedapis')]);
  expect(asked()).toBe(before);
  version = undefined;
  clock.advance(250);
  expect(await served.refresh('exposedapis')).toBeUndefined();
});

test('what was forgotten, and what many ask for at once, is asked for once', async () => {
  await Promise.all([of(), of()]);
  served.forget('exposedapis');
  await Promise.all([of(), of()]);
  expect(asked()).toBe(2);
});

test('a cluster that cannot be asked is an error, and is asked again by the next call', async () => {
  isAway = true;
  await expect(of()).rejects.toMatchObject({ code: 500 });
  isAway = false;
  expect(await of()).toMatchObject({ version: 'v1' });
});
