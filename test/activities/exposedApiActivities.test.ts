import { activityEnvironment } from '../support/temporal/activityEnvironment.ts';
import { recordIntent } from '../../activities/exposedApi/recordIntent.ts';
import { observeApi } from '../../activities/exposedApi/observe.ts';
import { releaseApi } from '../../activities/exposedApi/release.ts';
import { reportApi } from '../../activities/exposedApi/report.ts';
import type { StatusFacts } from '../../src/domain/exposedApi/status.ts';
import type { SealedParts } from '../../src/domain/exposedApi/recordSeal.ts';
import { EMPTY_RECORD, withIntent } from '../../src/domain/registration/record.ts';
import { ANNOTATIONS, FINALIZER, type ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { DecidedOn, IntentOutcome, Reported } from '../../activities/types.ts';
import type { ComponentEntry } from '../../src/domain/component/entry.ts';
import type { EntryOutcome } from '../../src/domain/exposedApi/entryUpdate.ts';
import type { Observation, PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { API_SPEC } from '../support/builders/apis.ts';
import { MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { registrationOf } from '../support/builders/registrations.ts';

const REF: ResourceRef = { plural: 'exposedapis', namespace: 'shop', name: 'shop-catalog-v4' };
const NOW = new Date('2026-01-01T00:00:00Z');
const WANTED = registrationOf({ specification: 'https://specs.example/TMF620.json' });
const INTENT = withIntent(EMPTY_RECORD, { verb: 'register', registration: WANTED });
const KOPF = 'kopf.zalando.org/KopfFinalizerMarker';
const CONFIRMED = { ...EMPTY_RECORD, registered: WANTED };

let cluster: MemoryCluster;
const environment = activityEnvironment();
const dependencies = () => cluster.dependencies(() => NOW);

beforeEach(() => {
  cluster = new MemoryCluster();
  cluster.create({ ...API_SPEC });
});

/** An intent that was decided on what is there now. */
async function hold(changes: Partial<DecidedOn> = {}, record = INTENT): Promise<IntentOutcome> {
  const seen = { ...(await observe()), ...changes };
  return environment.run(recordIntent(dependencies()), { ref: REF, seen, record });
}
const why = 'Removed' as const;
const release = (uid: string): Promise<void> =>
  environment.run(releaseApi(dependencies()), { ref: REF, uid, why, note: 'Gone.' });
const report = (
  facts: StatusFacts,
  entry: ComponentEntry | EntryOutcome = 'noComponent',
): Promise<Reported> => environment.run(reportApi(dependencies()), { ref: REF, facts, entry });

async function observe(): Promise<PresentApi> {
  const seen: Observation = await environment.run(observeApi(dependencies()), REF, {});
  if (seen.kind === 'absent') throw new Error('the resource is not there');
  return seen;
}

describe('recordIntent', () => {
  test('writes finalizer, intent and what others need at once, in one write', async () => {
    expect(await hold()).toEqual({ kind: 'recorded', resourceVersion: '1' });
    expect(cluster.writes).toBe(1);
    expect(cluster.api()?.holdsFinalizer).toBe(true);
    expect(cluster.object?.['status']).toEqual({
      apiStatus: { name: 'shop-catalog-v4' },
      implementation: { ready: false },
      apig: {
        state: 'Registering',
        uid: 'uid-1',
        pending: WANTED,
        gateway: 'http://gateway.example',
        workflowId: 'exposed-api/shop/shop-catalog-v4',
      },
    });
  });

  test('keeps the finalizers of others', async () => {
    cluster.create({ ...API_SPEC }, { finalizers: ['other/one'] });
    await hold();
    expect(cluster.api()?.finalizers).toEqual(['other/one', FINALIZER]);
  });

  test('writes nothing when it is all there', async () => {
    await hold();
    expect((await hold()).kind).toBe('recorded');
    expect(cluster.writes).toBe(1);
  });

  test('a later intent leaves readiness and URL as they are', async () => {
    await hold();
    cluster.change({ status: { implementation: { ready: true }, apiStatus: { url: 'http://g/a' } } });
    const moved = registrationOf({ path: '/new' });
    await hold({}, withIntent(CONFIRMED, { verb: 'register', registration: moved }));
    expect(cluster.object?.['status']).toMatchObject({
      apiStatus: { name: 'shop-catalog-v4', url: 'http://g/a' },
      implementation: { ready: true },
      apig: { registered: WANTED, pending: moved },
    });
  });

  test.each<[string, Partial<DecidedOn>]>([
    ['was being deleted', { isDeleting: true }],
    ['was paused', { isPaused: true }],
    ['asked for something else', { specHash: 'sha256:other' }],
  ])('writes nothing where the decision was made on a resource that %s', async (_what, changes) => {
    expect(await hold(changes)).toEqual({ kind: 'changed', resourceVersion: '1' });
    expect(cluster.writes).toBe(0);
  });

  test('does not touch another resource under the same name', async () => {
    expect(await hold({ uid: 'uid-of-the-predecessor' })).toEqual({ kind: 'changed' });
    expect(cluster.writes).toBe(0);
  });
});

describe('releaseApi', () => {
  beforeEach(() => hold());

  test('takes our finalizer alone, after the Event that says why', async () => {
    cluster.change({ metadata: { finalizers: ['other/one', FINALIZER] } });
    await release('uid-1');
    expect(cluster.api()?.finalizers).toEqual(['other/one']);
    const note = 'Gone. The resource stays until these finalizers of others have gone, too: other/one.';
    expect(cluster.events).toEqual([{ type: 'Normal', reason: 'Removed', action: 'Release', note }]);
  });

  test('Event and condition name the finalizer that the replaced operator has left, also where ours was never set', async () => {
    cluster.create({ ...API_SPEC }, { finalizers: [KOPF] });
    cluster.change({ status: { apigBind: { spec: WANTED } } });
    cluster.delete();
    await release('uid-2');
    const words = `left ${KOPF}: take it away, as docs/moving-over.md says.`;
    expect(cluster.events).toEqual([
      { type: 'Normal', reason: 'Removed', action: 'Release', note: expect.stringContaining(words) },
    ]);
    expect(cluster.condition('Registered')).toBe('False Removed');
    expect(cluster.saidOf('Registered')).toContain(words);
    const { writes } = cluster;
    await release('uid-2');
    expect([cluster.writes, cluster.events.length]).toEqual([writes, 1]);
  });

  test('a resource that others hold says at once that it is neither registered nor ready, and its Component hears of it', async () => {
    const ownerReferences = [{ kind: 'Component', name: 'shop', uid: 'c' }];
    cluster.change({ metadata: { ownerReferences, finalizers: ['other/one', FINALIZER] } });
    const status = { apiStatus: { url: 'http://g/a', ip: 'g' }, implementation: { ready: true } };
    cluster.change({ status: { ...status, apig: { state: 'Registered', registered: WANTED } } });
    cluster.entry = { url: 'http://g/a', ready: true };
    cluster.delete();
    await release('uid-1');
    expect(cluster.object?.['status']).toMatchObject({
      apiStatus: { name: 'shop-catalog-v4' },
      implementation: { ready: false },
      apig: { state: 'Removed' },
    });
    expect(cluster.api()?.status.apiStatus.url).toBeUndefined();
    expect(cluster.api()?.status.apig.registered).toBeUndefined();
    expect([cluster.condition('Registered'), cluster.condition('Ready')]).toEqual([
      'False Removed',
      'False Removed',
    ]);
    expect(cluster.entry).toEqual({ ready: false });
  });

  test('an entry that cannot be written keeps no finalizer', async () => {
    const ownerReferences = [{ kind: 'Component', name: 'shop', uid: 'c' }];
    cluster.change({ metadata: { ownerReferences, finalizers: ['other/one', FINALIZER] } });
    cluster.entryRefusal = 'components is forbidden';
    cluster.delete();
    await release('uid-1');
    expect(cluster.api()?.finalizers).toEqual(['other/one']);
  });

  test('a finalizer that somebody took away first keeps nothing from being told', async () => {
    cluster.change({ metadata: { finalizers: ['other/one'] } });
    cluster.delete();
    await release('uid-1');
    expect(cluster.condition('Registered')).toBe('False Removed');
    expect([cluster.api()?.finalizers, cluster.events]).toEqual([['other/one'], []]);
  });

  test('once more does nothing', async () => {
    await release('uid-1');
    const { writes } = cluster;
    await release('uid-1');
    expect([cluster.writes, cluster.events.length]).toEqual([writes, 1]);
  });

  test('leaves alone a resource that was made anew under the name', async () => {
    cluster.create({ ...API_SPEC }, { finalizers: [FINALIZER] });
    await release('uid-1');
    expect(cluster.api()?.holdsFinalizer).toBe(true);
    expect(cluster.events).toEqual([]);
  });

  test('of what is gone is no error', async () => {
    cluster.object = undefined;
    await expect(release('uid-1')).resolves.toBeUndefined();
  });
});

describe('reportApi', () => {
  const facts = async (changes: Partial<StatusFacts> = {}): Promise<StatusFacts> => ({
    name: REF.name,
    seen: await observe(),
    condition: { state: 'Registered', reason: 'Confirmed', message: 'The gateway confirmed it.' },
    record: CONFIRMED,
    lastReply: { code: '0000', message: 'done' },
    registeredAt: NOW.toISOString(),
    conflict: undefined,
    ...changes,
  });

  test('says what is true, with one Event for the transition', async () => {
    await hold();
    await report(await facts());
    expect(cluster.condition('Ready')).toBe('True Available');
    expect(cluster.api()?.status.apig).toMatchObject({ state: 'Registered', registered: WANTED });
    expect(cluster.api()?.status.apig.pending).toBeUndefined();
    expect(cluster.events.map(({ reason }) => reason)).toEqual(['Registered']);
  });

  test('writes nothing and says nothing when nothing differs', async () => {
    await report(await facts());
    const { writes } = cluster;
    await report(await facts());
    expect([cluster.writes, cluster.events.length]).toEqual([writes, 1]);
  });

  test('nor when another controller has conditions in a form of its own', async () => {
    await report(await facts());
    const conditions: readonly unknown[] = [...(cluster.api()?.status.conditions ?? []), { type: 'Foreign' }];
    cluster.change({ status: { conditions } });
    const { writes } = cluster;
    await report(await facts());
    expect([cluster.writes, cluster.events.length]).toEqual([writes, 1]);
  });

  test('writes the entry first and says in the status how that went', async () => {
    cluster.create({ ...API_SPEC }, { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c' }] });
    cluster.entry = {};
    const entry = { url: 'http://g/a', developerUI: undefined, ready: true };
    expect(await report(await facts(), entry)).toMatchObject({ isEntryRefused: false });
    expect(cluster.entry).toEqual(entry);
    expect(cluster.condition('ComponentUpdated')).toBe('True EntryWritten');
  });

  test('an entry that may not be written keeps nothing else from being told, and is asked for again', async () => {
    cluster.create({ ...API_SPEC }, { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c' }] });
    cluster.entry = {};
    cluster.entryRefusal = 'components is forbidden';
    const entry = { url: 'http://g/a', developerUI: undefined, ready: true };
    expect(await report(await facts(), entry)).toMatchObject({ isEntryRefused: true });
    expect(cluster.condition('ComponentUpdated')).toBe('False EntryRefused');
    expect(cluster.saidOf('ComponentUpdated')).toContain('components is forbidden');
    expect(cluster.condition('Ready')).toBe('True Available');
  });

  test('an entry that cannot be read is told as unknown, and asked for no write', async () => {
    cluster.create({ ...API_SPEC }, { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c' }] });
    expect(await report(await facts(), { unknown: 'components is forbidden' })).toMatchObject({
      isEntryRefused: false,
    });
    expect(cluster.condition('ComponentUpdated')).toBe('Unknown EntryUnknown');
    expect(cluster.saidOf('ComponentUpdated')).toContain('components is forbidden');
    expect(cluster.condition('Ready')).toBe('True Available');
  });

  test('of a round that failed says nothing once a later one has spoken', async () => {
    await report(await facts({ fence: 2 }));
    const { writes } = cluster;
    const said = { state: 'Retrying', reason: 'GatewayUnavailable', message: 'It was away.' } as const;
    await report(await facts({ condition: said, fence: 1 }));
    await report(await facts({ condition: said }));
    expect([cluster.writes, cluster.events.length]).toEqual([writes, 1]);
    expect(cluster.condition('Registered')).toBe('True Confirmed');
    await report(await facts({ condition: said, fence: 2 }));
    expect(cluster.condition('Registered')).toBe('False GatewayUnavailable');
  });

  test('after a failed round writes even what stands there already, so that a late write finds another version', async () => {
    await report(await facts());
    const { writes } = cluster;
    await report(await facts({ fence: 1 }));
    expect(cluster.writes).toBe(writes + 1);
  });

  test('writes nothing to a resource that was made anew', async () => {
    const old = await facts();
    cluster.create({ ...API_SPEC });
    await report(old);
    expect(cluster.writes).toBe(0);
    expect(cluster.events).toEqual([]);
  });
});

describe('observeApi', () => {
  test('what is gone is absent, with the settings of a round all the same', async () => {
    cluster.object = undefined;
    expect(await environment.run(observeApi(dependencies()), REF, {})).toEqual({
      kind: 'absent',
      settings: cluster.round,
    });
  });

  test('gathers what the spec asks for and what the cluster says', async () => {
    expect(await observe()).toMatchObject({
      uid: 'uid-1',
      desired: { kind: 'register', registration: WANTED },
      entry: 'noParent',
      endpointsReady: true,
      address: { url: 'http://10.0.0.1', host: '10.0.0.1' },
      isDeleting: false,
      published: {},
      gateway: 'gateway.example:80',
    });
  });

  test.each(['prometheus', 'openmetrics', 'open-metrics', 'Prometheus'])(
    'an API of type %s stays in the cluster',
    async (apiType) => {
      cluster.create({ ...API_SPEC, apiType });
      expect((await observe()).desired).toEqual({
        kind: 'notRouted',
        url: 'http://catalog.shop.svc.cluster.local:8080/shop/catalog/v4',
      });
    },
  );

  test('so does one without specification, for there is nothing to register', async () => {
    cluster.create({ ...API_SPEC, specification: {} });
    expect((await observe()).desired.kind).toBe('notRouted');
  });

  test('a bad spec says what is wrong and asks for nothing', async () => {
    cluster.create({ ...API_SPEC, port: 0, path: 'a' });
    const { desired } = await observe();
    expect(desired).toMatchObject({ kind: 'invalid' });
    expect(desired.kind === 'invalid' && desired.problem).toMatch(/spec\.path: .*; spec\.port: /);
  });

  test('what the status holds is the record of a workflow without memory', async () => {
    await hold();
    expect((await observe()).published).toEqual({
      pending: WANTED,
    });
  });

  test('annotations are read', async () => {
    cluster.change({
      metadata: { annotations: { [ANNOTATIONS.paused]: 'true', [ANNOTATIONS.deletionPolicy]: 'Retain' } },
    });
    expect(await observe()).toMatchObject({ isPaused: true, deletionPolicy: 'Retain' });
  });

  test('a ref of another kind is refused', async () => {
    const run = environment.run(observeApi(dependencies()), { ...REF, plural: 'components' as const }, {});
    await expect(run).rejects.toThrow('not an API: components/shop/shop-catalog-v4');
  });
});

describe('where records are sealed', () => {
  const sealed = ({ uid, revision, registered, pending, unconfirmed, gateway }: SealedParts): string =>
    `sealed ${JSON.stringify([uid, revision, registered, pending, unconfirmed, gateway])}`;
  beforeEach(() => {
    cluster.seal = { make: sealed, isRight: ({ seal, ...record }) => seal === sealed(record) };
  });
  const isOwn = async (): Promise<boolean | undefined> => (await observe()).isOwnRecord;
  const reportOn = async (): Promise<Reported> =>
    report({
      name: REF.name,
      seen: await observe(),
      condition: { state: 'Registered', reason: 'Confirmed', message: '' },
      record: CONFIRMED,
      revision: 2,
      lastReply: undefined,
      registeredAt: undefined,
      conflict: undefined,
    });

  test('what intents and reports write is believed, and no seal gets into an observation', async () => {
    await environment.run(recordIntent(dependencies()), {
      ref: REF,
      seen: await observe(),
      record: INTENT,
      revision: 1,
    });
    expect(await isOwn()).toBe(true);
    await reportOn();
    expect(await isOwn()).toBe(true);
    expect(JSON.stringify(await observe())).not.toContain('sealed');
    const { writes } = cluster;
    await reportOn();
    expect(cluster.writes).toBe(writes);
  });

  test('what somebody writes is not, be it about this resource at this gateway; the next report is again', async () => {
    await reportOn();
    cluster.change({ status: { apig: { registered: { ...WANTED, path: '/victim' } } } });
    expect(await isOwn()).toBe(false);
    await reportOn();
    expect(await isOwn()).toBe(true);
  });

  test('once the setting is gone the seal goes with the next report', async () => {
    await reportOn();
    cluster.seal = undefined;
    expect(await isOwn()).toBe(true);
    await reportOn();
    expect(cluster.api()?.status.apig.seal).toBeUndefined();
  });

  test('nothing that is sealed is left of an API that others hold after its removal', async () => {
    await reportOn();
    cluster.change({ metadata: { finalizers: ['other/one', FINALIZER] } });
    cluster.delete();
    await release('uid-1');
    const { state, seal } = cluster.api()?.status.apig ?? {};
    expect([state, seal]).toEqual(['Removed', undefined]);
  });
});
