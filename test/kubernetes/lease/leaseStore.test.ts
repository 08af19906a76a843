import { createLeaseStore, type LeaseStore } from '../../../src/kubernetes/lease/leaseStore.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ApiCall,
  type ScriptedCluster,
} from '../../support/cluster/scriptedCluster.ts';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/apig-system/leases';

let cluster: ScriptedCluster | undefined;
afterEach(() => cluster?.close());

async function start(answer: (call: ApiCall) => ApiAnswer): Promise<LeaseStore> {
  const started = await startScriptedCluster(answer);
  cluster = started;
  return createLeaseStore(started.clients, { namespace: 'apig-system', name: 'apig-gateway' });
}

const stored = (spec: object): ApiAnswer => [
  200,
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'apig-gateway',
      namespace: 'apig-system',
      resourceVersion: '7',
      labels: { mine: 'yes' },
    },
    spec,
  },
];

test('a lease that is not there is created, held from its first moment', async () => {
  const store = await start(({ method }) => (method === 'GET' ? refused(404) : stored({})));
  expect(await store.read()).toBeUndefined();
  expect(await store.write(undefined, 'me', 17_500)).toMatchObject({ version: '7' });
  expect(cluster?.calls.at(-1)).toMatchObject({
    method: 'POST',
    path: `${PATH}?fieldManager=apig-orchestrator`,
    body: {
      metadata: { name: 'apig-gateway', namespace: 'apig-system' },
      spec: { holderIdentity: 'me', leaseDurationSeconds: 18, leaseTransitions: 1 },
    },
  });
});

test('a renewal goes over the version that was read, and leaves alone what is not ours', async () => {
  const acquireTime = '2026-01-01T00:00:00.000000Z';
  const store = await start(() =>
    stored({ holderIdentity: 'me', leaseDurationSeconds: 18, leaseTransitions: 4, acquireTime }),
  );
  const found = await store.read();
  expect(found).toMatchObject({ holder: 'me', durationMs: 18_000, version: '7' });
  expect(await store.write(found, 'me', 18_000)).toMatchObject({ holder: 'me', version: '7' });
  expect(cluster?.calls.at(-1)).toMatchObject({
    method: 'PUT',
    path: `${PATH}/apig-gateway?fieldManager=apig-orchestrator`,
    body: {
      metadata: { resourceVersion: '7', labels: { mine: 'yes' } },
      spec: {
        holderIdentity: 'me',
        leaseTransitions: 4,
        acquireTime,
        renewTime: expect.stringMatching(/^\d{4}-.*\.\d{6}Z$/),
      },
    },
  });
});

test.each([
  ['which the API server wrote a minute ago', [{ manager: 'one' }, { time: 60_000 }, { time: 90_000 }], 60],
  ['of which the API server does not say when it wrote it', undefined, undefined],
])('a lease %s is as old as that', async (_what, writes, seconds) => {
  const managedFields = writes?.map(({ time, ...more }) => ({
    ...more,
    ...(time === undefined ? {} : { time: new Date(Date.now() - time).toISOString() }),
  }));
  const store = await start(() => [
    200,
    { metadata: { resourceVersion: '7', managedFields }, spec: { holderIdentity: 'other' } },
  ]);
  const { unchangedMs } = (await store.read()) ?? {};
  expect(unchangedMs === undefined ? undefined : Math.round(unchangedMs / 10_000) * 10).toBe(seconds);
});

test('taking over counts as a transition', async () => {
  const store = await start(() => stored({ holderIdentity: 'other', leaseTransitions: 4 }));
  expect(await store.write(await store.read(), 'me', 18_000)).toMatchObject({ version: '7' });
  expect(cluster?.calls.at(-1)?.body).toMatchObject({ spec: { holderIdentity: 'me', leaseTransitions: 5 } });
});

test.each([409, 404])('who is too late is told so (%i), which is no error', async (code) => {
  const store = await start(({ method }) => (method === 'GET' ? stored({}) : refused(code)));
  expect(await store.write(await store.read(), 'me', 18_000)).toBeUndefined();
});

test('a refusal is an error', async () => {
  const store = await start(() => refused(403));
  await expect(store.read()).rejects.toMatchObject({ code: 403 });
  await expect(store.write(undefined, 'me', 18_000)).rejects.toMatchObject({ code: 403 });
});
