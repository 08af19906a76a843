import { createServer, type Server } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { createClients, type Clients } from '../../../src/kubernetes/client/clients.ts';
import { endRequestsWith, limitedHttp } from '../../../src/kubernetes/client/timeLimit.ts';
import { eventually } from '../../support/builders/eventually.ts';

const AT = { group: 'test.example', version: 'v1', plural: 'things', namespace: 'shop', name: 'a' };

let server: Server;
let clients: Clients;
/** Requests that the server has, and will not answer. */
let open = 0;
/** The first line of an answer, and nothing after it. */
let isHalf = false;
/** What the server refuses everything with; undefined: it does not. */
let refusal: object | undefined;

beforeEach(async () => {
  open = 0;
  isHalf = false;
  refusal = undefined;
  server = createServer((_request, response) => {
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    if (refusal !== undefined) response.writeHead(403).end(JSON.stringify(refusal));
    if (isHalf) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{');
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await clients.close();
  server.close();
});

function start(timeoutMs: number): void {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'silent', server: `http://127.0.0.1:${address.port}`, skipTLSVerify: true },
    { name: 'tester' },
  );
  clients = createClients(kubeConfig, { timeoutMs });
}

test('a refusal is told in one line: the status, what was asked, and what the API server says', async () => {
  refusal = { kind: 'Status', message: 'things.test.example "a" is forbidden' };
  start(60_000);
  await expect(clients.custom.getNamespacedCustomObject(AT)).rejects.toMatchObject({
    code: 403,
    message: '403 GET /apis/test.example/v1/namespaces/shop/things/a: things.test.example "a" is forbidden',
    body: JSON.stringify(refusal),
  });
});

const isOpen = () => eventually('the server has the request', () => open === 1);
const isClosed = () => eventually('the request is taken back', () => open === 0);

test.each([
  ['never answers', false],
  ['begins an answer and does not end it', true],
])('a request to a server that %s ends after the limit, and says so', async (_what, half) => {
  isHalf = half;
  start(150);
  await expect(clients.custom.getNamespacedCustomObject(AT)).rejects.toThrow(
    'the API server did not answer within 0.15 s',
  );
  await isClosed();
});

test('one call may have a limit of its own', async () => {
  start(60_000);
  const limits = { httpApi: limitedHttp(100) };
  await expect(clients.custom.getNamespacedCustomObject(AT, limits)).rejects.toThrow('within 0.1 s');
});

test('a request ends with the work that it is part of', async () => {
  start(60_000);
  const ended = new AbortController();
  const asked = endRequestsWith(ended.signal, () => clients.custom.getNamespacedCustomObject(AT));
  await isOpen();
  ended.abort(new Error('the activity was cancelled'));
  await expect(asked).rejects.toThrow('the activity was cancelled');
  await isClosed();
});

test('what others wait for, too, does not end with the work that happened to begin it', async () => {
  start(300);
  const ended = new AbortController();
  const asked = endRequestsWith(ended.signal, () =>
    endRequestsWith(undefined, () => clients.custom.getNamespacedCustomObject(AT)),
  );
  await isOpen();
  ended.abort(new Error('the activity was cancelled'));
  await expect(asked).rejects.toThrow('did not answer within 0.3 s');
});
