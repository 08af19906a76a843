import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { User } from '@kubernetes/client-node';
import { createClients, type Clients } from '../../../src/kubernetes/client/clients.ts';
import { MAX_REQUEST_CONNECTIONS } from '../../../src/kubernetes/client/connections.ts';
import { createListWatch } from '../../../src/kubernetes/watch/listWatch.ts';
import { eventually } from '../../support/builders/eventually.ts';
import { startCountingApiServer, type CountingApiServer } from '../../support/cluster/countingApiServer.ts';
import { temporaryDirectory } from '../../support/stack/temporaryDirectory.ts';

const directory = temporaryDirectory();
const THINGS = { group: 'test.example', version: 'v1', plural: 'things' };

let server: CountingApiServer;
let clients: Clients;
async function start(user: Partial<User> = {}): Promise<void> {
  server = await startCountingApiServer(user);
  clients = createClients(server.kubeConfig);
}
afterEach(async () => {
  await clients.close();
  await server.close();
});

const ask = (): Promise<unknown> =>
  clients.custom.getNamespacedCustomObject({ ...THINGS, namespace: 'shop', name: 'a' });
const askTimes = (count: number) => Promise.all(Array.from({ length: count }, ask));

test('a burst of requests shares a few connections, and the next burst uses them again', async () => {
  await start();
  await askTimes(100);
  expect(server.made()).toBeLessThanOrEqual(MAX_REQUEST_CONNECTIONS);
  const before = server.made();
  await askTimes(100);
  expect(server.made()).toBe(before);
});

test('an open watch has a connection of its own, and keeps no request waiting', async () => {
  await start();
  const ended = new AbortController();
  const query = { resourceVersion: '1', timeoutSeconds: 300 };
  const watches = Array.from({ length: 20 }, () =>
    createListWatch(clients.kubeConfig, THINGS, {}).watch(query, ended.signal),
  );
  await Promise.all(watches);
  await askTimes(50);
  expect(server.most()).toBeGreaterThan(20);
  expect(server.most()).toBeLessThanOrEqual(20 + MAX_REQUEST_CONNECTIONS);
  ended.abort();
  await eventually('the watches are closed', () => server.open() <= MAX_REQUEST_CONNECTIONS);
});

test("a client's certificate that was changed on disk is used from then on; one that was not costs nothing", async () => {
  const certFile = join(directory, 'client.crt');
  writeFileSync(certFile, 'first');
  await start({ certFile });
  await askTimes(50);
  const before = server.made();
  await askTimes(50);
  expect(server.made()).toBe(before);
  writeFileSync(certFile, 'second');
  await ask();
  expect(server.made()).toBe(before + 1);
  await eventually('the connections of the first are closed', () => server.open() === 1);
});

test('nothing stays open after the end, not even a watch', async () => {
  await start();
  const { signal } = new AbortController();
  await createListWatch(clients.kubeConfig, THINGS, {}).watch(
    { resourceVersion: '1', timeoutSeconds: 300 },
    signal,
  );
  await ask();
  expect(server.open()).toBe(2);
  await clients.close();
  await eventually('all connections are closed', () => server.open() === 0);
});
