import { createServer, type ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { createClients } from '../../src/kubernetes/client/clients.ts';
import { createEventRecorder, type EventRecorder } from '../../src/kubernetes/events.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';
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
let recorder: EventRecorder;
let log: ReturnType<typeof silentLogger>;
let answer: ApiAnswer;
beforeEach(async () => {
  answer = [201, {}];
  cluster = await startScriptedCluster(() => answer);
  log = silentLogger();
  recorder = createEventRecorder({ clients: cluster.clients, instance: 'pod-1', logger: log.logger });
});
afterEach(() => cluster.close());

/** Emits with these notes, and resolves when all are written or given up. */
async function emit(...notes: string[]): Promise<void> {
  for (const note of notes) recorder.emit(SUBJECT, { ...DETAILS, note });
  await recorder.stop();
}
const sent = (): Readonly<Record<string, unknown>> => asObject(cluster.calls.at(-1)?.body);
const notes = (): unknown[] => cluster.calls.map(({ body }) => asObject(body)['note']);

test('an Event names its subject and says what, why and who', async () => {
  await emit('Why.');
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

test('all that was emitted before the end is written, each under a name of its own', async () => {
  await emit('1', '2', '3', '4', '5');
  expect(new Set(notes())).toEqual(new Set(['1', '2', '3', '4', '5']));
  const names = new Set(cluster.calls.map(({ body }) => asObject(asObject(body)['metadata'])['name']));
  expect(names.size).toBe(5);
  recorder.emit(SUBJECT, DETAILS);
  expect(cluster.calls).toHaveLength(5);
});

test.each([
  ['plain words', 'x'],
  ['Chinese', '网'],
  ['signs of two halves', '😀'],
])(
  'a note in %s is cut at what the API server takes: 1024 bytes, whole characters',
  async (_script, sign) => {
    await emit(`.${sign.repeat(2_000)}`);
    const note = String(sent()['note']);
    const bytes = Buffer.byteLength(note);
    expect(bytes).toBeLessThanOrEqual(1_024);
    expect(bytes).toBeGreaterThan(1_020);
    expect(note.replaceAll(sign, '')).toBe('.');
  },
);

test('the longest name of a resource still makes a name for its Event', async () => {
  recorder.emit({ ...SUBJECT, name: 'n'.repeat(253) }, DETAILS);
  await recorder.stop();
  expect(String(asObject(sent()['metadata'])['name']).length).toBeLessThanOrEqual(253);
});

test('what cannot be written is logged once for each reason, and thrown to nobody', async () => {
  answer = refused(403);
  await emit('1', '2', '3');
  expect(cluster.calls).toHaveLength(3);
  expect(log.lines.map(({ msg }) => msg)).toEqual([
    'An Event could not be written; check the right to create events.k8s.io',
  ]);
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
  await emit('1');
  expect([cluster.calls.length, log.lines]).toEqual([1, []]);
});

describe('an API server that does not answer', () => {
  let open: ServerResponse[] = [];
  let received = 0;
  const server = createServer((_request, response) => {
    received += 1;
    open.push(response);
    response.on('close', () => {
      open = open.filter((one) => one !== response);
    });
  });
  const answerAll = (): void => {
    for (const response of open.splice(0))
      response.writeHead(201, { 'Content-Type': 'application/json' }).end('{}');
  };
  beforeEach(async () => {
    received = 0;
    open = [];
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function start(options: { maxWaiting?: number; clock?: ReturnType<typeof heldClock> }): void {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      { name: 'silent', server: `http://127.0.0.1:${address.port}`, skipTLSVerify: true },
      { name: 'tester' },
    );
    const clients = createClients(kubeConfig);
    recorder = createEventRecorder({ clients, instance: 'pod-1', logger: log.logger, ...options });
  }

  test('gets two requests at a time, and the oldest Events are dropped when too many wait', async () => {
    start({ maxWaiting: 3 });
    for (let i = 0; i < 10; i += 1) recorder.emit(SUBJECT, DETAILS);
    await eventually('two are out', () => received === 2);
    expect(log.lines.map(({ msg }) => msg)).toEqual([
      'Too many Events wait to be written; the oldest are dropped',
    ]);
    const stopped = recorder.stop();
    await eventually('the rest comes', () => {
      answerAll();
      return received === 5;
    });
    answerAll();
    await stopped;
    expect(received).toBe(5);
    expect(log.lines.at(-1)).toMatchObject({ dropped: 5 });
  });

  test('holds up the end of the process for two seconds at most', async () => {
    const clock = heldClock();
    start({ clock });
    recorder.emit(SUBJECT, DETAILS);
    await eventually('it is out', () => received === 1);
    const stopped = recorder.stop();
    expect(clock.pending()).toEqual([2_000]);
    clock.advance(2_000);
    await stopped;
    await eventually('it is taken back', () => open.length === 0);
    expect(log.lines).toEqual([]);
  });
});
