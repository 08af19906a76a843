import { ServiceError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  createWorkflowSignaller,
  type SignalWithStart,
  type TemporalClient,
} from '../../watcher/workflowSignaller.ts';
import type { Versions } from '../../src/domain/kubernetes/versions.ts';
import { apiAttributes, apiSummary, createStartPriority } from '../../watcher/startOptions.ts';
import { parsedApi, settledApi } from '../support/builders/apis.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

interface Started {
  readonly type: string;
  readonly options: SignalWithStart;
}

/** What the server says is scripted; that the real one takes these calls is shown in test/integration/watcher.test.ts. */
function recordingClient(script: {
  readonly refuse?: (options: Started['options']) => Error | undefined;
  readonly signal?: Error;
  readonly describe?: Error;
}) {
  const started: Started[] = [];
  const signalled: [id: string, versions: Versions][] = [];
  const client: TemporalClient = {
    async signalWithStart(type, options) {
      const refused = script.refuse?.(options);
      if (refused !== undefined) throw refused;
      started.push({ type, options });
    },
    list: async function* list() {
      yield* [];
    },
    getHandle: (id) => ({
      async signal(_definition, versions) {
        if (script.signal !== undefined) throw script.signal;
        signalled.push([id, versions]);
      },
      async describe() {
        if (script.describe !== undefined) throw script.describe;
        return {};
      },
    }),
  };
  return { client, started, signalled };
}

const SETTINGS = { cluster: '', gatewayOf: () => 'http://gateway.example' };
const notFound = new WorkflowNotFoundError('no such workflow', 'id', undefined);

/** @param inDetails a client's connection says it there, too; a worker's in the message alone */
function grpcError(words: string, inDetails = true): ServiceError {
  const cause = Object.assign(new Error(words), { code: 3, details: inDetails ? words : '', metadata: {} });
  return new ServiceError('Failed to signalWithStart Workflow', { cause });
}

test('an API is signalled, and its workflow started where there is none, with what the workflow list shows', async () => {
  const { client, started } = recordingClient({});
  const api = settledApi({ metadata: { ownerReferences: [{ kind: 'Component', name: 'cpc', uid: 'u' }] } });
  await createWorkflowSignaller(client, { ...SETTINGS, cluster: 'east' }, silentLogger().logger).signalApi(
    api,
    { exposedapis: '7' },
  );
  expect(started).toEqual([
    {
      type: 'exposedApi',
      options: expect.objectContaining({
        workflowId: 'east/exposed-api/shop/shop-catalog-v4',
        taskQueue: 'apig-orchestrator-east',
        args: [{ ref: api.ref, cluster: 'east' }],
        signal: expect.objectContaining({ name: 'resourceChanged' }),
        signalArgs: [{ exposedapis: '7' }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: 'shop-catalog-v4 → /shop/catalog/v4',
      }),
    },
  ]);
  expect(
    apiAttributes(api, { cluster: 'east', gateway: 'http://gateway.example' }).map(({ key, value }) => [
      key.name,
      value,
    ]),
  ).toEqual([
    ['OdaCluster', 'east'],
    ['OdaGateway', 'gateway.example:80'],
    ['OdaNamespace', 'shop'],
    ['OdaApi', 'shop-catalog-v4'],
    ['OdaApiState', 'Pending'],
    ['OdaComponent', 'cpc'],
    ['OdaApiPath', '/shop/catalog/v4'],
    ['OdaSegment', 'coreFunction'],
  ]);
});

test('a spec that cannot be read still has a workflow, since somebody must say so', async () => {
  const { client, started } = recordingClient({});
  const api = parsedApi({ spec: { path: 'no slash' } });
  await createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalApi(api, { exposedapis: '7' });
  expect(started[0]?.options).toMatchObject({ staticSummary: 'shop-catalog-v4' });
});

test('long names and paths are cut to what every server takes', () => {
  const long = 'p'.repeat(900);
  const api = parsedApi({ spec: { path: `/${long}` } });
  const attributes = apiAttributes(api, { cluster: long, gateway: `http://${long}` });
  expect(Buffer.byteLength(apiSummary(api))).toBeLessThanOrEqual(200);
  for (const { value } of attributes) expect(String(value).length).toBeLessThanOrEqual(255);
});

test.each([true, false])(
  "a server without this project's search attributes gets the workflow without them, and is complained about once (told in the details: %s)",
  async (inDetails) => {
    const { client, started } = recordingClient({
      refuse: ({ typedSearchAttributes }) =>
        Array.isArray(typedSearchAttributes) && typedSearchAttributes.length > 0
          ? grpcError('Namespace default has no mapping defined for search attribute OdaApi', inDetails)
          : undefined,
    });
    const { logger, lines } = silentLogger();
    const dispatch = createWorkflowSignaller(client, SETTINGS, logger);
    await dispatch.signalApi(parsedApi(), {});
    await dispatch.signalApi(parsedApi(), {});
    expect(started).toHaveLength(2);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  },
);

test('every other refusal is left to the queue, which tries again', async () => {
  const { client } = recordingClient({ refuse: () => grpcError('namespace is over its limit') });
  await expect(
    createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalApi(parsedApi(), {}),
  ).rejects.toThrow(ServiceError);
});

describe('what has gone', () => {
  const last = settledApi();

  test('its running workflow is woken, and none is started', async () => {
    const { client, started, signalled } = recordingClient({});
    await createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalDeleted(
      last.ref,
      { exposedapis: '9' },
      last,
    );
    expect(signalled).toEqual([['exposed-api/shop/shop-catalog-v4', { exposedapis: '9' }]]);
    expect(started).toEqual([]);
  });

  test('a workflow that has ended is left alone: it has done its work', async () => {
    const { client, started } = recordingClient({ signal: notFound });
    await createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalDeleted(
      last.ref,
      { exposedapis: '9' },
      last,
    );
    expect(started).toEqual([]);
  });

  test('a registration that no workflow ever knew is removed by one that is told of it', async () => {
    const { client, started } = recordingClient({ signal: notFound, describe: notFound });
    await createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalDeleted(
      last.ref,
      { exposedapis: '9' },
      last,
    );
    expect(started[0]?.options.args).toEqual([
      expect.objectContaining({
        carried: expect.objectContaining({
          uid: 'api-uid',
          record: expect.objectContaining({ registered: last.status.apig.registered }),
        }),
      }),
    ]);
  });

  test.each([
    ['nothing was registered', parsedApi()],
    [
      'its owner wanted the registration to stay',
      settledApi({ metadata: { annotations: { 'apig.oda.tmforum.org/deletion-policy': 'Retain' } } }),
    ],
    [
      'it was released by force',
      settledApi({ metadata: { annotations: { 'apig.oda.tmforum.org/force-release': 'true' } } }),
    ],
  ])('nothing is started where %s', async (_why, api) => {
    const { client, started } = recordingClient({ signal: notFound, describe: notFound });
    await createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalDeleted(api.ref, {}, api);
    expect(started).toEqual([]);
  });

  test('a server that cannot be reached is not taken for one without the workflow', async () => {
    const { client } = recordingClient({ signal: new ServiceError('Temporal is away') });
    await expect(
      createWorkflowSignaller(client, SETTINGS, silentLogger().logger).signalDeleted(
        last.ref,
        { exposedapis: '9' },
        last,
      ),
    ).rejects.toThrow('Temporal is away');
  });
});

test('what a namespace starts by the hundred is served after what others start', () => {
  let now = 0;
  const priorityOf = createStartPriority(() => now);
  const keys = (namespace: string, count: number) =>
    Array.from({ length: count }, () => priorityOf(namespace).priorityKey);
  expect(keys('busy', 100)).toEqual([
    ...Array.from({ length: 25 }, () => 2),
    ...Array.from({ length: 75 }, () => 4),
  ]);
  expect(priorityOf('quiet')).toEqual({ priorityKey: 2, fairnessKey: 'quiet' });
  now += 200;
  expect(keys('busy', 2)).toEqual([2, 4]);
  now += 10_000;
  expect(keys('busy', 26).lastIndexOf(2)).toBe(24);
});
