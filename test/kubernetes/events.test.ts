import { createRecordEvent } from '../../src/kubernetes/events.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ScriptedCluster,
} from '../support/cluster/scriptedCluster.ts';

const SUBJECT = {
  apiVersion: 'oda.tmforum.org/v1',
  kind: 'ExposedAPI',
  namespace: 'shop',
  name: 'shop-catalog-v4',
  uid: 'api-uid',
};
const DETAILS = { type: 'Warning', reason: 'RegistrationFailed', action: 'Report', note: 'Why.' } as const;

let cluster: ScriptedCluster;
let answer: ApiAnswer = [201, {}];
beforeEach(async () => {
  answer = [201, {}];
  cluster = await startScriptedCluster(() => answer);
});
afterEach(() => cluster.close());

const sent = (): Readonly<Record<string, unknown>> => asObject(cluster.calls.at(-1)?.body);

test('an Event names its subject and says what, why and who', async () => {
  await createRecordEvent(cluster.clients, 'pod-1')(SUBJECT, DETAILS);
  expect(cluster.calls).toMatchObject([
    { method: 'POST', path: '/apis/events.k8s.io/v1/namespaces/shop/events' },
  ]);
  expect(sent()).toMatchObject({
    metadata: { name: expect.stringMatching(/^shop-catalog-v4\./), namespace: 'shop' },
    regarding: SUBJECT,
    ...DETAILS,
    eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/),
    reportingController: 'apig-orchestrator',
    reportingInstance: 'pod-1',
  });
});

test('two Events about one thing have two names', async () => {
  const record = createRecordEvent(cluster.clients, 'pod-1');
  await record(SUBJECT, DETAILS);
  const first = sent()['metadata'];
  await record(SUBJECT, DETAILS);
  expect(sent()['metadata']).not.toEqual(first);
});

test.each([
  ['plain words', 'x'],
  ['Chinese', '网'],
  ['signs of two halves', '😀'],
])(
  'a note in %s is cut at what the API server takes: 1024 bytes, whole characters',
  async (_script, sign) => {
    await createRecordEvent(cluster.clients, 'pod-1')(SUBJECT, {
      ...DETAILS,
      note: `.${sign.repeat(2_000)}`,
    });
    const note = String(sent()['note']);
    const bytes = Buffer.byteLength(note);
    expect(bytes).toBeLessThanOrEqual(1_024);
    expect(bytes).toBeGreaterThan(1_020);
    expect(note.replaceAll(sign, '')).toBe('.');
  },
);

test('the longest name of a resource still makes a name for its Event', async () => {
  await createRecordEvent(cluster.clients, 'pod-1')({ ...SUBJECT, name: 'n'.repeat(253) }, DETAILS);
  expect(String(asObject(sent()['metadata'])['name']).length).toBeLessThanOrEqual(253);
});

test('a refusal is an error', async () => {
  answer = refused(403);
  await expect(createRecordEvent(cluster.clients, 'pod-1')(SUBJECT, DETAILS)).rejects.toMatchObject({
    code: 403,
  });
});

test('a namespace that is being deleted takes no Event, and that is well', async () => {
  answer = [
    403,
    {
      kind: 'Status',
      code: 403,
      reason: 'Forbidden',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    },
  ];
  await createRecordEvent(cluster.clients, 'pod-1')(SUBJECT, DETAILS);
  expect(cluster.calls).toHaveLength(1);
});
