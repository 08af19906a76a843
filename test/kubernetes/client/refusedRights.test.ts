import { V1MicroTime } from '@kubernetes/client-node';
import { createClients, type Clients } from '../../../src/kubernetes/client/clients.ts';
import { createRefusedRights, type RefusedRights } from '../../../src/kubernetes/client/refusedRights.ts';
import { heldClock } from '../../support/builders/quickClock.ts';
import { silentLogger } from '../../support/builders/silentLogger.ts';
import {
  type Answer,
  json,
  startScriptedApiServer,
  type ScriptedApiServer,
} from '../../support/cluster/scriptedApiServer.ts';

const ADVICE = "Give the operator's ServiceAccount the rights that the chart and deploy/rbac list";

let server: ScriptedApiServer;
let clients: Clients;
let rights: RefusedRights;
let clock: ReturnType<typeof heldClock>;
let log: ReturnType<typeof silentLogger>;

beforeEach(async () => {
  server = await startScriptedApiServer();
  clock = heldClock();
  log = silentLogger();
  rights = createRefusedRights({ clock, logger: log.logger });
  connect('');
});
afterEach(async () => {
  await clients.close();
  await server.close();
});

/** @param below the path of a cluster behind a proxy */
function connect(below: string): void {
  const cluster = server.kubeConfig.getCurrentCluster();
  Object.assign(cluster ?? {}, { server: `${cluster?.server}${below}` });
  clients = createClients(server.kubeConfig, { noteAnswer: rights.note });
}

const forbidden = (words: string) =>
  json(403, { kind: 'Status', code: 403, message: `things "a" is forbidden: ${words}` });
const cannot = (verb: string, resource: string) =>
  forbidden(
    `User "operator" cannot ${verb} resource "${resource}" in API group "oda.tmforum.org" in the namespace "shop"`,
  );
const done = json(200, { kind: 'Thing' });

const at = (namespace: string) => ({
  group: 'oda.tmforum.org',
  version: 'v1',
  plural: 'exposedapis',
  namespace,
  name: 'a',
});
async function writeStatus(answer: Answer, namespace = 'shop'): Promise<void> {
  server.answer(answer);
  await clients.custom
    .patchNamespacedCustomObjectStatus({ ...at(namespace), body: {} })
    .catch(() => undefined);
}
const PATCH_STATUS = 'cannot patch resource "exposedapis/status" in API group "oda.tmforum.org"';

test('as long as nothing is refused, it is ready and says so', async () => {
  await writeStatus(done);
  expect(rights.health()).toEqual({ ready: true, detail: 'none is refused' });
});

test.each(['', '/k8s/clusters/c-1'])(
  'a refused write makes it not ready, with the verb, the resource and what to do, below the path "%s"; a write that passes ends it',
  async (below) => {
    connect(below);
    await writeStatus(cannot('patch', 'exposedapis/status'));
    expect(rights.health()).toEqual({ ready: false, detail: `${PATCH_STATUS} (in shop). ${ADVICE}` });
    await writeStatus(json(409, { kind: 'Status', code: 409 }));
    expect(rights.health().ready).toBe(false);
    await writeStatus(done);
    expect(rights.health().ready).toBe(true);
    expect(log.lines.map(({ msg }) => msg)).toEqual([
      `The API server refuses a right. ${ADVICE}`,
      'A right that was refused is there',
    ]);
  },
);

test('one right that is refused in many namespaces, for many APIs, is one line in the log and one sentence', async () => {
  for (const namespace of ['shop', 'shop', 'orders', 'stock', 'prices', 'parties'])
    await writeStatus(cannot('patch', 'exposedapis/status'), namespace);
  expect(rights.health().detail).toBe(`${PATCH_STATUS} (in shop, orders, stock and 2 more). ${ADVICE}`);
  expect(log.lines).toHaveLength(1);
  await writeStatus(done, 'shop');
  expect(rights.health()).toMatchObject({ ready: false });
  expect(log.lines).toHaveLength(1);
});

test('rights that differ in the verb or the resource are told one by one', async () => {
  await writeStatus(cannot('patch', 'exposedapis/status'));
  server.answer(cannot('get', 'exposedapis'), cannot('delete', 'exposedapis'));
  await clients.custom.getNamespacedCustomObject(at('shop')).catch(() => undefined);
  await clients.custom.deleteNamespacedCustomObject(at('shop')).catch(() => undefined);
  expect(rights.health().detail).toBe(
    [
      `${PATCH_STATUS} (in shop)`,
      'cannot get resource "exposedapis" in API group "oda.tmforum.org" (in shop)',
      `cannot delete resource "exposedapis" in API group "oda.tmforum.org" (in shop). ${ADVICE}`,
    ].join('; '),
  );
  expect(log.lines).toHaveLength(3);
});

test('an API that is refused for the right to its Component is told by that right', async () => {
  server.answer(
    forbidden(
      "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on",
    ),
  );
  await clients.custom.createNamespacedCustomObject({ ...at('shop'), body: {} }).catch(() => undefined);
  expect(rights.health().detail).toBe(
    `cannot update resource "components/finalizers" in API group "oda.tmforum.org" (in shop). ${ADVICE}`,
  );
});

test('without the right to Events it says so, and is ready, for all else works', async () => {
  server.answer(forbidden('User "operator" cannot create resource "events" in API group "events.k8s.io"'));
  await clients.events
    .createNamespacedEvent({ namespace: 'shop', body: { eventTime: new V1MicroTime() } })
    .catch(() => undefined);
  expect(rights.health()).toEqual({
    ready: true,
    detail: `cannot create resource "events" in API group "events.k8s.io" (in shop). ${ADVICE}`,
  });
});

test.each([
  ['an admission webhook', 'admission webhook "policy.example" denied the request: no orders on Sunday'],
  ['a quota', 'exceeded quota: apis, requested: 1, used: 5, limited: 5'],
  [
    'a namespace that is being deleted',
    'unable to create new content in namespace shop because it is being terminated',
  ],
])('what %s refuses is no missing right', async (_who, words) => {
  await writeStatus(forbidden(words));
  expect(rights.health().ready).toBe(true);
});

test('what nobody has asked for again for ten minutes is told no longer: its namespace may be gone', async () => {
  await writeStatus(cannot('patch', 'exposedapis/status'));
  clock.advance(600_000);
  expect(rights.health().ready).toBe(false);
  clock.advance(1);
  expect(rights.health().ready).toBe(true);
});
