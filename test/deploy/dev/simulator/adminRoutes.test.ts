import axios, { type AxiosResponse } from 'axios';
import type { Simulator } from '../../../../deploy/dev/simulator/startSimulator.ts';
import { CATALOG, create, eventually, failureOf, remove, start, stopSimulators } from './gatewayClient.ts';

afterEach(stopSimulators);

async function admin(
  simulator: Simulator,
  method: string,
  path: string,
  data?: unknown,
): Promise<AxiosResponse<unknown>> {
  return axios.request({ method, url: `${simulator.adminUrl}/${path}`, data, validateStatus: () => true });
}

test('table and counters tell what is registered', async () => {
  const simulator = await start();
  await create(simulator);
  expect((await admin(simulator, 'GET', 'table')).data).toEqual([
    { ...CATALOG, requests: 0, appliedAt: expect.any(String) as unknown },
  ]);
  expect((await admin(simulator, 'GET', 'counters')).data).toEqual({
    calls: 1,
    registrations: 1,
    routedRequests: 0,
  });
});

describe('the ledger', () => {
  const other = { ...CATALOG, name: 'cpc-partyrole', path: '/cpc/partyrole/v4' };

  test.each([
    ['', [1, 2, 3, 4]],
    ['?operation=remove', [3, 4]],
    [`?name=${CATALOG.name}`, [1, 3]],
    [`?path=${other.path}`, [2, 4]],
    ['?applied=false', [2, 4]],
    ['?applied=true', [1, 3]],
    ['?fault=status', [2]],
    ['?outcome=answered&after=1&last=2', [3, 4]],
    ['?outcome=reset', []],
  ])('filtered by "%s" holds calls %j', async (query, expected) => {
    const simulator = await start();
    simulator.addFault({ kind: 'status', name: other.name, operation: 'create' });
    await create(simulator);
    await create(simulator, other);
    await remove(simulator);
    await remove(simulator, other);
    const { data } = await admin(simulator, 'GET', `ledger${query}`);
    expect(data).toEqual(expected.map((seq) => expect.objectContaining({ seq }) as unknown));
  });

  test('can be cleared', async () => {
    const simulator = await start();
    await create(simulator);
    expect((await admin(simulator, 'DELETE', 'ledger')).status).toBe(204);
    expect((await admin(simulator, 'GET', 'ledger')).data).toEqual([]);
  });
});

describe('faults', () => {
  test('PUT replaces those in force, POST adds one, DELETE takes one or all away', async () => {
    const simulator = await start();
    const slow = { kind: 'slow', ms: 5 };
    await admin(simulator, 'PUT', 'faults', [{ kind: 'hang' }, { kind: 'refuse' }]);
    await admin(simulator, 'PUT', 'faults', { kind: 'throttle', count: 2 });
    expect((await admin(simulator, 'POST', 'faults', slow)).status).toBe(201);
    const throttle = { id: 3, hits: 0, kind: 'throttle', count: 2, retryAfter: 1 };
    expect((await admin(simulator, 'GET', 'faults')).data).toEqual([throttle, { id: 4, hits: 0, ...slow }]);
    expect((await admin(simulator, 'DELETE', 'faults/3')).status).toBe(204);
    expect((await admin(simulator, 'DELETE', 'faults/3')).status).toBe(404);
    expect((await admin(simulator, 'GET', 'faults')).data).toMatchObject([slow]);
    expect((await admin(simulator, 'DELETE', 'faults')).status).toBe(204);
    expect((await admin(simulator, 'GET', 'faults')).data).toEqual([]);
  });

  test.each([
    [{ kind: 'explode' }, /^kind: /],
    [{ kind: 'slow' }, /^ms: /],
    [{ kind: 'hang', typo: 1 }, /typo/],
    [[{ kind: 'hang' }, { kind: 'status', status: 200 }], /^1\.status: /],
  ])('a wrong one (%j) is refused by name and the old ones stay', async (fault, error) => {
    const simulator = await start();
    simulator.addFault({ kind: 'refuse' });
    const { status, data } = await admin(simulator, 'PUT', 'faults', fault);
    expect(status).toBe(400);
    expect(data).toEqual({ error: expect.stringMatching(error) as unknown });
    expect(simulator.faults()).toMatchObject([{ kind: 'refuse' }]);
  });

  test('held calls are listed and released', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'hang' });
    const call = create(simulator);
    await eventually('the call hangs', () => simulator.held().length === 1);
    expect((await admin(simulator, 'GET', 'held')).data).toEqual([{ seq: 1, name: CATALOG.name }]);
    expect((await admin(simulator, 'POST', 'release', { seq: 2 })).data).toEqual({ released: 0 });
    expect((await admin(simulator, 'POST', 'release')).data).toEqual({ released: 1 });
    expect((await call).status).toBe(200);
  });
});

test('addresses are replaced as a whole, and wrong ones are refused', async () => {
  const simulator = await start({ addresses: { catalog: '127.0.0.1:1' } });
  const addresses = { 'partyrole:8080': 'http://127.0.0.1:2' };
  expect((await admin(simulator, 'PUT', 'addresses', addresses)).data).toEqual(addresses);
  expect((await admin(simulator, 'PUT', 'addresses', { catalog: 'nowhere' })).status).toBe(400);
  expect((await admin(simulator, 'GET', 'addresses')).data).toEqual(addresses);
});

test('pause closes the port and resume opens it; health tells which', async () => {
  const simulator = await start();
  expect((await admin(simulator, 'POST', 'pause')).status).toBe(204);
  expect((await admin(simulator, 'GET', 'healthz')).data).toEqual({ status: 'paused', url: simulator.url });
  expect(await failureOf(create(simulator))).toBe('ECONNREFUSED');
  expect((await admin(simulator, 'POST', 'resume')).status).toBe(204);
  expect((await admin(simulator, 'GET', 'healthz')).data).toEqual({ status: 'ok', url: simulator.url });
  expect((await create(simulator)).status).toBe(200);
});

test('reset empties everything', async () => {
  const simulator = await start();
  await create(simulator);
  expect((await admin(simulator, 'POST', 'reset')).status).toBe(204);
  expect((await admin(simulator, 'GET', 'table')).data).toEqual([]);
});

test('the admin API may share the port of the gateway, which then cannot be paused over it', async () => {
  const simulator = await start({ adminPort: 'same' });
  expect(simulator.adminUrl).toBe(`${simulator.url}/_admin`);
  expect((await admin(simulator, 'GET', 'healthz')).status).toBe(200);
  expect((await admin(simulator, 'POST', 'pause')).status).toBe(409);
  expect((await create(simulator)).status).toBe(200);
});

test.each([
  ['GET', 'ledger?colour=red', undefined],
  ['GET', 'ledger?after=x', undefined],
  ['PUT', 'faults', '{'],
])('a wrong request (%s %s) is answered 400 in one line', async (method, path, body) => {
  const simulator = await start();
  const response = await fetch(`${simulator.adminUrl}/${path}`, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/^[^\n]+$/) as unknown });
});
