import { CoreV1Api } from '@kubernetes/client-node';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

type Json = Readonly<Record<string, unknown>>;

const COUNT = 50;
const BATCH = 10;
const NAMES = Array.from({ length: COUNT }, (_, index) => `api-${String(index).padStart(2, '0')}`);
/** Writes of the other controller, one right after the other; the last one forgets every URL. */
const RIVAL_WRITES = 40;
/** Writes by one and the same earlier read. */
const STALE_WRITES = 7;

const feedback = useOperator('feedback', {
  settings: { APIG_MAX_RPS: '1000', APIG_MAX_CONCURRENCY: '50' },
});
const { stack, namespace, user: apis, components, cluster } = feedback;

async function inBatches(names: readonly string[], act: (name: string) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < names.length; from += BATCH)
    await Promise.all(names.slice(from, from + BATCH).map(act));
}

async function uidOf(name: string): Promise<string> {
  return (await apis.get(name))?.metadata.uid ?? '';
}

function told(name: string): Json {
  const url = `${feedback.gateway.url}/${namespace}/${name}`;
  return { url, developerUI: `${url}/docs/`, ready: true };
}

const entriesOf = (status: Json | undefined): readonly Json[] => [
  ...((status?.['coreAPIs'] ?? []) as Json[]),
];

/** Until the Component says exactly that. */
async function untilStatus(name: string, status: Json): Promise<void> {
  const isSaid = async (): Promise<boolean> =>
    JSON.stringify((await components.get(name))?.status, sorted) === JSON.stringify(status, sorted);
  // In the end the difference is shown, should there be one.
  await eventually(`${name} says it all`, isSaid, 45_000).catch(() => undefined);
  expect((await components.get(name))?.status).toEqual(status);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a.localeCompare(b)));
}

test('50 APIs that become ready at once, while another controller rewrites the lists from what it read before, are all told; nothing of it is lost, and it ends', async () => {
  const owned = await components.create('busy');
  await inBatches(NAMES, (name) => apis.create(name, { implementation: 'shop' }, undefined, owned));
  await inBatches(NAMES, (name) => apis.untilCondition(name, 'Registered', 'True Confirmed'));
  const uids = await Promise.all(NAMES.map(uidOf));
  const audit = await feedback.audit();
  const writes = async (): Promise<number> =>
    (await audit.requests()).filter((request) => request === 'patch components').length;

  const ready = cluster.writeSlice('shop-1', 'shop', true);
  /** The whole list, by what was known of it some time ago. */
  const rewrite = async (write: number, known: readonly Json[]): Promise<void> => {
    // Entries are made one after the other, in front: every other one moves.
    const made = uids.slice(0, Math.min(COUNT, Math.ceil((write * 1.5 * COUNT) / RIVAL_WRITES)));
    const entries = made.toReversed().map((uid) => ({
      ready: false,
      ...known.find((entry) => entry['uid'] === uid),
      name: NAMES[uids.indexOf(uid)],
      uid,
      theirs: write,
    }));
    await components.mergeStatus('busy', { coreAPIs: entries, 'summary/status': { theirs: write } });
  };
  let seen: readonly Json[] = [];
  for (let write = 1; write < RIVAL_WRITES; write += 1) {
    const now = entriesOf((await components.get('busy'))?.status);
    await rewrite(write, seen);
    if (write % STALE_WRITES === 0) seen = now;
  }
  await eventually(
    'half of the entries are told',
    async () =>
      entriesOf((await components.get('busy'))?.status).filter(({ url }) => url !== undefined).length >=
      COUNT / 2,
    30_000,
  );
  await rewrite(RIVAL_WRITES, []);
  await ready;
  await untilStatus('busy', {
    coreAPIs: NAMES.map((name, index) => ({
      ...told(name),
      name,
      uid: uids[index],
      theirs: RIVAL_WRITES,
    })).toReversed(),
    'summary/status': { theirs: RIVAL_WRITES },
  });
  const total = await writes();
  // One for each API, and again where the other controller took it away; refused tries count, too.
  expect(`${total} writes, ${total <= 10 * COUNT ? 'bounded' : 'too many'}`).toBe(`${total} writes, bounded`);
  await inBatches(NAMES, (name) => apis.untilCondition(name, 'ComponentUpdated', 'True EntryWritten'));
  expect(feedback.gateway.ledger().map(({ operation }) => operation)).toEqual(NAMES.map(() => 'create'));

  // What is made after it is told last, so whatever was still under way has ended by then.
  const quiet = await writes();
  await apis.create('marker');
  await apis.untilCondition('marker', 'Ready', 'True Available');
  expect(await writes()).toBe(quiet);
}, 150_000);

test('an entry that is made only later is told then; one that lost its URL, or its readiness, gets it back', async () => {
  const owned = await components.create('late');
  await apis.create('orders', {}, undefined, owned);
  await apis.untilCondition('orders', 'ComponentUpdated', 'False EntryMissing');
  const entry = { name: 'orders', uid: await uidOf('orders'), theirs: { kept: true } };
  const whole = { coreAPIs: [{ ...entry, ...told('orders') }] };
  await components.mergeStatus('late', { coreAPIs: [{ ...entry, ready: false }] });
  await untilStatus('late', whole);
  await apis.untilCondition('orders', 'ComponentUpdated', 'True EntryWritten');
  for (const lost of [entry, { ...entry, ...told('orders'), ready: false }, { ...entry, ready: true }]) {
    await components.mergeStatus('late', { coreAPIs: [lost] });
    await untilStatus('late', whole);
  }
});

test('an entry in the map of the legacy era is told like one of a list', async () => {
  const owned = await components.create('legacy');
  await apis.create('partyrole', { segment: 'securityFunction' }, undefined, owned);
  const entry = { name: 'partyrole', uid: await uidOf('partyrole'), theirs: 1 };
  await components.mergeStatus('legacy', { securityAPIs: { partyrole: entry, other: { uid: 'x' } } });
  await untilStatus('legacy', {
    securityAPIs: { partyrole: { ...entry, ...told('partyrole') }, other: { uid: 'x' } },
  });
});

test('an API whose Component is gone is served, and says that there is nobody to tell', async () => {
  const { metadata } = await stack.kubeConfig
    .makeApiClient(CoreV1Api)
    .createNamespacedConfigMap({ namespace, body: { metadata: { name: 'holder' } } });
  // The second owner keeps the garbage collector from deleting the API at once.
  const ownerReferences = [
    {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'Component',
      name: 'gone',
      uid: 'f3c1b1c0-0000-4000-8000-000000000000',
    },
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'holder', uid: metadata?.uid },
  ];
  await apis.create('orphan', {}, undefined, { ownerReferences });
  await apis.untilCondition('orphan', 'Ready', 'True Available');
  expect(await apis.condition('orphan', 'ComponentUpdated')).toBe('True NoComponent');
});
