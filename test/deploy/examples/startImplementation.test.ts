import { readdirSync, readFileSync } from 'node:fs';
import { create } from 'axios';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  startImplementation,
  type Implementation,
} from '../../../deploy/examples/implementation/startImplementation.ts';

const CATALOG = '/cpc/tmf-api/productCatalogManagement/v4';
const ROLES = '/cpc/tmf-api/partyRoleManagement/v4';
const SPECIFICATIONS = new URL('../../../deploy/examples/implementation/specifications/', import.meta.url);
const DOCUMENTS = readdirSync(SPECIFICATIONS);
let implementation: Implementation;

beforeEach(async () => {
  implementation = await startImplementation({
    name: 'prodcatapi',
    apis: [
      { kind: 'productCatalog', basePath: CATALOG },
      { kind: 'partyRole', basePath: ROLES },
      { kind: 'promotion', basePath: '/cpc/promotion' },
      { kind: 'metrics', basePath: '/cpc/metrics' },
    ],
  });
});
afterEach(async () => implementation.stop());

const client = create({ validateStatus: () => true });

test('offerings are listed in pages under the full path, and name the server', async () => {
  const url = `${implementation.url}${CATALOG}/productOffering`;
  const { data, headers } = await client.get<unknown>(`${url}?offset=1&limit=1`);
  expect(data).toMatchObject([{ id: 'fibre-1000', href: `${CATALOG}/productOffering/fibre-1000` }]);
  expect(headers).toMatchObject({
    'x-total-count': '3',
    'x-result-count': '1',
    'x-implementation': 'prodcatapi',
  });
  expect((await client.get(`${url}?limit=none`)).status).toBe(400);
});

test('a created offering can be read, once', async () => {
  const url = `${implementation.url}${CATALOG}/productOffering`;
  const created = await client.post<{ id: string }>(url, { name: 'Fibre 2000' });
  expect([created.status, created.headers['location']]).toEqual([
    201,
    `${CATALOG}/productOffering/${created.data.id}`,
  ]);
  expect((await client.get<unknown>(`${url}/${created.data.id}`)).data).toEqual(created.data);
  expect((await client.post(url, created.data)).status).toBe(409);
  expect((await client.post(url, { price: 1 })).status).toBe(400);
  expect((await client.get(`${url}/none`)).status).toBe(404);
});

test.each([`${CATALOG}/catalog/home`, `${ROLES}/partyRole/catalog-admin`, '/cpc/promotion/promotion/spring'])(
  '%s is served',
  async (path) => {
    expect((await client.get(implementation.url + path)).status).toBe(200);
  },
);

test('metrics count what was answered, without the documents', async () => {
  await client.get(`${implementation.url}${CATALOG}/catalog`);
  await client.get(`${implementation.url}/nowhere`);
  await client.get(`${implementation.specificationsUrl}/${DOCUMENTS[0]}`);
  expect(implementation.requests()).toBe(2);
  const { data, headers } = await client.get<string>(`${implementation.url}/cpc/metrics`);
  expect(headers['content-type']).toContain('text/plain');
  expect(data).toContain('implementation_requests_total{code="200"} 1');
  expect(data).toContain('implementation_requests_total{code="404"} 1');
});

const chartSchema = z.object({ apis: z.record(z.string(), z.object({ document: z.string().optional() })) });

test('every document that the example chart names is served', () => {
  const values = new URL('../../../deploy/examples/cpc/values.yaml', import.meta.url);
  const { apis } = chartSchema.parse(parse(readFileSync(values, 'utf8')));
  const named = new Set(Object.values(apis).flatMap(({ document }) => document ?? []));
  expect([...named].toSorted()).toEqual(DOCUMENTS.toSorted());
});

test.each(DOCUMENTS)('%s tells its version in its name and describes only what is served', async (file) => {
  const { data } = await client.get<{ info: { version: string }; paths: Record<string, unknown> }>(
    `${implementation.specificationsUrl}/${file}`,
  );
  expect(file).toContain(`-v${data.info.version}.`);
  const bases = [CATALOG, ROLES, '/cpc/promotion'];
  for (const path of Object.keys(data.paths).filter((known) => !known.includes('{'))) {
    const statuses = await Promise.all(
      bases.map(async (base) => (await client.get(implementation.url + base + path)).status),
    );
    expect([path, statuses.filter((status) => status === 200)]).toEqual([path, [200]]);
  }
});
