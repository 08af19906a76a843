import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import axios from 'axios';
import type { Simulator } from '../../../../deploy/dev/simulator/startSimulator.ts';
import { CATALOG, create, start, stopSimulators } from './gatewayClient.ts';

const servers: Server[] = [];

/** A real server on a free port; says where it is. */
async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of request.setEncoding('utf8')) chunks.push(String(chunk));
  return chunks.join('');
}

/** Answers with what it was asked. */
function echo(name: string): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url, headers } = request;
    const body = await bodyOf(request);
    response.setHeader('x-served-by', name).end(JSON.stringify({ name, method, url, headers, body }));
  };
  return (request, response) => void answer(request, response);
}

async function get(simulator: Simulator, path: string): Promise<{ status: number; data: unknown }> {
  return axios.get(simulator.url + path, { validateStatus: () => true });
}

afterEach(async () => {
  await stopSimulators();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('which implementation a request reaches', () => {
  test('the one of the longest registered path, on segment borders', async () => {
    const simulator = await start({
      addresses: { short: await serve(echo('short')), long: await serve(echo('long')) },
    });
    await create(simulator, { ...CATALOG, name: 'a', path: '/cpc', implementation: 'short' });
    await create(simulator, { ...CATALOG, name: 'b', path: '/cpc/v4', implementation: 'long' });
    expect((await get(simulator, '/cpc/v4/items')).data).toMatchObject({
      name: 'long',
      url: '/cpc/v4/items',
    });
    expect((await get(simulator, '/cpc/v4')).data).toMatchObject({ name: 'long' });
    expect((await get(simulator, '/cpc/v45')).data).toMatchObject({ name: 'short', url: '/cpc/v45' });
    expect((await get(simulator, '/cpcx')).status).toBe(404);
    expect(simulator.counters()).toMatchObject({ routedRequests: 3 });
    expect(simulator.table()).toMatchObject([
      { name: 'a', requests: 1 },
      { name: 'b', requests: 2 },
    ]);
  });

  test('a path that nobody registered is answered 404 with where to look', async () => {
    const simulator = await start();
    expect(await get(simulator, '/nowhere')).toMatchObject({
      status: 404,
      data: { path: '/nowhere', hint: `0 paths are registered, see ${simulator.adminUrl}/table` },
    });
  });

  test('an address for implementation and port goes before one for the implementation alone', async () => {
    const simulator = await start({
      addresses: { 'catalog:8080': await serve(echo('by port')), catalog: await serve(echo('any port')) },
    });
    await create(simulator);
    expect((await get(simulator, CATALOG.path)).data).toMatchObject({ name: 'by port' });
    await create(simulator, { ...CATALOG, port: 9090 });
    expect((await get(simulator, CATALOG.path)).data).toMatchObject({ name: 'any port' });
  });

  test('without an address it is looked up by DNS in the namespace, and failing that is explained', async () => {
    const simulator = await start({ namespace: 'components' });
    await create(simulator, { ...CATALOG, implementation: 'catalog.invalid' });
    const { status, data } = await get(simulator, CATALOG.path);
    expect(status).toBe(502);
    expect(data).toMatchObject({
      error: 'the implementation cannot be reached',
      hint: expect.stringContaining('http://catalog.invalid.components:8080') as unknown,
    });
  });

  test('an implementation that is down is answered 502, and 200 once it is up', async () => {
    const simulator = await start({ addresses: { catalog: '127.0.0.1:1' } });
    await create(simulator);
    expect(await get(simulator, CATALOG.path)).toMatchObject({
      status: 502,
      data: { cause: expect.stringContaining('ECONNREFUSED') as unknown },
    });
    simulator.setAddresses({ catalog: await serve(echo('up')) });
    expect((await get(simulator, CATALOG.path)).status).toBe(200);
  });
});

describe('what passes', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s with query, headers and body, and the answer with its headers',
    async (method) => {
      const simulator = await start({ addresses: { catalog: await serve(echo('catalog')) } });
      await create(simulator);
      const body = method === 'GET' ? undefined : '{"name": "kept as it is" }';
      const { data, headers } = await axios.request<unknown>({
        method,
        url: `${simulator.url}${CATALOG.path}/items?fields=a,b&x=%2F`,
        data: body,
        headers: { 'content-type': 'application/merge-patch+json', 'x-mine': 'yes' },
      });
      expect(headers['x-served-by']).toBe('catalog');
      expect(data).toMatchObject({
        method,
        url: `${CATALOG.path}/items?fields=a,b&x=%2F`,
        body: body ?? '',
        headers: {
          'x-mine': 'yes',
          'x-forwarded-host': new URL(simulator.url).host,
          'x-forwarded-for': '127.0.0.1',
        },
      });
    },
  );

  test('a body of several megabytes', async () => {
    const simulator = await start({ addresses: { catalog: await serve(echo('catalog')) } });
    await create(simulator);
    const body = 'x'.repeat(5_000_000);
    const { data } = await axios.post<{ body: string }>(simulator.url + CATALOG.path, body);
    expect(data.body).toHaveLength(body.length);
  });

  test('a stream, piece by piece, before it ends', async () => {
    const done = Promise.withResolvers<void>();
    const address = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
      void done.promise.then(() => response.end('data: last\n\n'));
    });
    const simulator = await start({ addresses: { catalog: address } });
    await create(simulator);
    const response = await fetch(simulator.url + CATALOG.path);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('data: first\n\n');
    done.resolve();
    expect((await reader?.read())?.value).toBe('data: last\n\n');
  });

  test("the implementation's own failures, once each", async () => {
    let asked = 0;
    const address = await serve((_request, response) => {
      asked += 1;
      response.writeHead(503, { 'retry-after': '1' }).end('busy');
    });
    const simulator = await start({ addresses: { catalog: address } });
    await create(simulator);
    expect(await get(simulator, CATALOG.path)).toMatchObject({ status: 503, data: 'busy' });
    expect(asked).toBe(1);
  });

  test('faults disturb management calls only', async () => {
    const simulator = await start({ addresses: { catalog: await serve(echo('catalog')) } });
    await create(simulator);
    simulator.addFault({ kind: 'refuse' });
    expect((await get(simulator, CATALOG.path)).status).toBe(200);
  });
});
