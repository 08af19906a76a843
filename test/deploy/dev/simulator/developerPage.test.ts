import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import axios from 'axios';
import {
  startImplementation,
  type Implementation,
} from '../../../../deploy/examples/implementation/startImplementation.ts';
import type { Simulator } from '../../../../deploy/dev/simulator/startSimulator.ts';
import { CATALOG, create, start, stopSimulators } from './gatewayClient.ts';

const TMF620 = 'TMF620-ProductCatalog-v4.1.0.json';
const TMF669 = 'TMF669-PartyRole-v4.0.0.json';
let implementation: Implementation;

beforeAll(async () => {
  implementation = await startImplementation({
    name: 'catalog',
    apis: [{ kind: 'productCatalog', basePath: CATALOG.path }],
  });
});
afterAll(async () => implementation.stop());
afterEach(stopSimulators);

async function page(simulator: Simulator, path: string): Promise<{ status: number; data: string }> {
  return axios.get<string>(simulator.url + path, {
    validateStatus: () => true,
    responseType: 'text',
    transformResponse: (text: string) => text,
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The document that the page hands to its renderer. */
function shownDocument(html: string): unknown {
  const json = /<script type="application\/json" id="document">(.*?)<\/script>/.exec(html)?.[1];
  return JSON.parse(json ?? 'null');
}

test('the page shows the registered document, with the gateway as its server', async () => {
  const simulator = await start();
  const specification = `${implementation.specificationsUrl}/${TMF620}`;
  await create(simulator, { ...CATALOG, specification });
  const { status, data } = await page(simulator, `${CATALOG.path}/docs/`);
  const { data: original } = await axios.get<Record<string, unknown>>(specification);
  expect(status).toBe(200);
  expect(data).toContain('<title>Product Catalog - cpc-catalog</title>');
  expect(shownDocument(data)).toEqual({ ...original, servers: [{ url: CATALOG.path }] });
  const asJson = await page(simulator, `${CATALOG.path}/docs/openapi.json`);
  expect(JSON.parse(asJson.data)).toEqual(shownDocument(data));
});

test('everything the page loads comes from the gateway itself', async () => {
  const simulator = await start();
  await create(simulator, { ...CATALOG, specification: `${implementation.specificationsUrl}/${TMF620}` });
  const { data } = await page(simulator, `${CATALOG.path}/docs/`);
  const loaded = [...data.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(loaded).toEqual(
    expect.arrayContaining(['/_docs/swagger-ui-bundle.js', '/_docs/swagger-ui.css', '/_docs/show.js']),
  );
  for (const path of loaded) expect([path, (await page(simulator, path)).status]).toEqual([path, 200]);
  expect((await page(simulator, '/_docs/package.json')).status).toBe(404);
});

test('without the last slash it is found all the same', async () => {
  const simulator = await start();
  await create(simulator, { ...CATALOG, specification: `${implementation.specificationsUrl}/${TMF620}` });
  const response = await fetch(`${simulator.url}${CATALOG.path}/docs`);
  expect(response.url).toBe(`${simulator.url}${CATALOG.path}/docs/`);
  expect(response.status).toBe(200);
});

test('of several documents each can be chosen', async () => {
  const simulator = await start();
  const specification = [TMF620, TMF669].map((file) => ({
    url: `${implementation.specificationsUrl}/${file}`,
  }));
  await create(simulator, { ...CATALOG, specification });
  expect((await page(simulator, `${CATALOG.path}/docs/`)).data).toContain('<a href="?document=1">');
  const second = await page(simulator, `${CATALOG.path}/docs/?document=1`);
  expect(shownDocument(second.data)).toMatchObject({ info: { title: 'Party Role' } });
});

test.each(['catalog', 'catalog.components', 'catalog.components.svc.cluster.local'])(
  'a document at the in-cluster name %s is fetched from the address in the table',
  async (host) => {
    const address = new URL(implementation.url).host;
    const simulator = await start({ namespace: 'components', addresses: { 'catalog:8080': address } });
    await create(simulator, { ...CATALOG, specification: `http://${host}:8080/specifications/${TMF620}` });
    expect((await page(simulator, `${CATALOG.path}/docs/`)).status).toBe(200);
  },
);

test.each([
  ['that is not there', '/specifications/none.json', {}, /status code 404/],
  ['that is too large', `/specifications/${TMF620}`, { specificationMaxBytes: 100 }, /maxContentLength/],
  ['that is no OpenAPI document', `${CATALOG.path}/catalog`, {}, /not an OpenAPI document/],
])('a document %s leaves a page that says why', async (_what, path, options, cause) => {
  const simulator = await start(options);
  await create(simulator, { ...CATALOG, specification: implementation.url + path });
  const { status, data } = await page(simulator, `${CATALOG.path}/docs/`);
  expect(status).toBe(502);
  expect(data).toMatch(cause);
});

test('a document that tries to break out of the page stays inside it', async () => {
  const title = '</title><script>alert(1)</script>';
  const hostile = { openapi: '3.0.3', info: { title, version: '1' }, paths: {} };
  const server = createServer((_request, response) => response.end(JSON.stringify(hostile)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const simulator = await start({ addresses: { hostile: `127.0.0.1:${portOf(server)}` } });
  await create(simulator, { ...CATALOG, specification: 'http://hostile/openapi.json' });
  const { status, data } = await page(simulator, `${CATALOG.path}/docs/`);
  server.close();
  expect(status).toBe(200);
  expect(data).not.toContain('<script>alert');
  expect(shownDocument(data)).toMatchObject({ info: { title } });
});
