import { ANNOTATIONS, FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

type Json = Readonly<Record<string, unknown>>;

const leftovers = useOperator('leftovers');
const { namespace, user, components } = leftovers;

const OTHER = 'backup.example/copied';
const THEIRS = { url: 'https://api.partner.example/tmf632', developerUI: 'https://docs.partner.example' };

async function entryOf(component: string): Promise<Json | undefined> {
  const list = (await components.get(component))?.status['coreAPIs'];
  return Array.isArray(list) ? (list[0] as Json) : undefined;
}

/** An API of this Component, listed there. */
async function createListed(
  name: string,
  component: string,
  spec: Json = {},
  metadata: Json = {},
): Promise<void> {
  const owned = await components.create(component);
  await user.create(name, spec, undefined, { ...owned, ...metadata });
  const uid = (await user.get(name))?.metadata.uid;
  await components.mergeStatus(component, { coreAPIs: [{ name, uid, ready: false }] });
}

const rows = (name: string): readonly unknown[] =>
  leftovers.gateway.table().filter((row) => row.name === name);

test('an API that another finalizer still holds after its removal is neither registered nor ready, for as long as it stays', async () => {
  await createListed('held', 'holding', {}, { finalizers: [OTHER] });
  await user.untilCondition('held', 'ComponentUpdated', 'True EntryWritten');
  await user.untilCondition('held', 'Ready', 'True Available');
  await user.remove('held');
  const removed = await user.untilCondition('held', 'Registered', 'False Removed');
  expect(removed.metadata.finalizers).toEqual([OTHER]);
  expect(removed.status.apiStatus).toEqual({ name: 'held' });
  expect([removed.status.implementation, removed.status.apig['state']]).toEqual([
    { ready: false },
    'Removed',
  ]);
  expect(await user.condition('held', 'Ready')).toBe('False Removed');
  expect(rows('held')).toEqual([]);
  await eventually('the Component hears of it', async () => (await entryOf('holding'))?.['ready'] === false);
  expect(await entryOf('holding')).not.toHaveProperty('url');

  // Looked at again, by a change and by a restart of the operator.
  await user.patch('held', { metadata: { annotations: { [ANNOTATIONS.paused]: 'true' } } });
  await leftovers.restartWith({});
  await user.create('marker');
  await user.untilCondition('marker', 'Ready', 'True Available');
  const still = await user.get('held');
  expect(still?.status).toEqual(removed.status);
  expect(still?.metadata.finalizers).toEqual([OTHER]);
  expect((await entryOf('holding'))?.['ready']).toBe(false);
  await user.patch('held', { metadata: { finalizers: null } });
  await user.untilGone('held');
}, 120_000);

test('a slip of the pen in an annotation is told, and destroys nothing: the registration outlasts the deletion', async () => {
  await user.create('slip');
  await user.untilCondition('slip', 'Ready', 'True Available');
  await user.patch('slip', { metadata: { annotations: { [ANNOTATIONS.deletionPolicy]: 'retian' } } });
  await user.untilSaid('slip', 'AnnotationsUnderstood', '"retian" is not known and counts as Retain');
  expect(await user.condition('slip', 'Ready')).toBe('True Available');
  await leftovers.events('slip').until('Warning UnknownAnnotationValue');
  await user.patch('slip', { metadata: { annotations: { [ANNOTATIONS.deletionPolicy]: ' retain ' } } });
  await eventually(
    'nothing is told any more',
    async () => (await user.condition('slip', 'AnnotationsUnderstood')) === undefined,
    20_000,
  );
  await user.patch('slip', { metadata: { annotations: { [ANNOTATIONS.deletionPolicy]: 'retian' } } });
  await user.remove('slip');
  await user.untilGone('slip');
  expect(rows('slip')).toHaveLength(1);
});

test('a pause in any spelling holds, and a force-release that is not understood releases nothing', async () => {
  await user.create('spelt', {}, undefined, { annotations: { [ANNOTATIONS.paused]: ' TRUE ' } });
  await user.untilCondition('spelt', 'Registered', 'Unknown Paused');
  await user.patch('spelt', { metadata: { annotations: { [ANNOTATIONS.paused]: 'False' } } });
  await user.untilCondition('spelt', 'Ready', 'True Available');
  await leftovers.gateway.pause();
  await user.patch('spelt', { metadata: { annotations: { [ANNOTATIONS.forceRelease]: 'ture' } } });
  await user.remove('spelt');
  await user.untilSaid('spelt', 'AnnotationsUnderstood', '"ture" is not known and counts as false');
  await user.untilSaid('spelt', 'Registered', 'waits for the gateway');
  expect((await user.get('spelt'))?.metadata.finalizers).toContain(FINALIZER);
  await leftovers.gateway.resume();
  await user.untilGone('spelt');
  expect(rows('spelt')).toEqual([]);
});

test('an API outside the cluster costs no call, keeps the URL and readiness of its author, and its Component gets both; back and forth it is registered and removed', async () => {
  await createListed('partner', 'trading', { implementation: '<external>', name: 'Party Management' });
  await user.patch('partner', { status: { apiStatus: THEIRS, implementation: { ready: true } } });
  const { status, metadata } = await user.untilCondition('partner', 'Ready', 'True Available');
  expect(status.apiStatus).toEqual({ name: 'partner', ...THEIRS });
  expect([status.implementation, metadata.finalizers]).toEqual([{ ready: true }, []]);
  expect(await user.condition('partner', 'Registered')).toBe('False External');
  await eventually(
    'its Component knows it',
    async () => (await entryOf('trading'))?.['ready'] === true,
    20_000,
  );
  expect(await entryOf('trading')).toMatchObject({ ...THEIRS, ready: true });
  expect(leftovers.gateway.ledger({ name: 'partner' })).toEqual([]);

  await user.patch('partner', { spec: { implementation: 'catalog' } });
  await user.untilCondition('partner', 'Registered', 'True Confirmed');
  const url = `${leftovers.gateway.url}/${namespace}/partner`;
  await eventually(
    'its Component knows the gateway',
    async () => (await entryOf('trading'))?.['url'] === url,
    20_000,
  );
  await user.patch('partner', { spec: { implementation: '<external>' } });
  const back = await user.untilCondition('partner', 'Registered', 'False External');
  expect(back.status.apiStatus).toEqual({ name: 'partner' });
  expect(rows('partner')).toEqual([]);
  await user.patch('partner', { status: { apiStatus: THEIRS, implementation: { ready: true } } });
  await user.untilCondition('partner', 'Ready', 'True Available');
  await eventually(
    'its Component knows it again',
    async () => (await entryOf('trading'))?.['url'] === THEIRS.url,
    20_000,
  );
}, 120_000);
