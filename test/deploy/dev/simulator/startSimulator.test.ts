import axios from 'axios';
import { startSimulator } from '../../../../deploy/dev/simulator/startSimulator.ts';
import {
  CATALOG,
  create,
  eventually,
  failureOf,
  manage,
  remove,
  start,
  stopSimulators,
} from './gatewayClient.ts';

afterEach(stopSimulators);

const MOVED = { ...CATALOG, path: '/cpc/catalog/v5' };

describe('the management contract', () => {
  test('policies that a creation carries are shown in the table and in the ledger', async () => {
    const simulator = await start();
    const policies = { rateLimit: { enabled: true, limit: '5' } };
    await create(simulator, { ...CATALOG, policies });
    expect(simulator.table()).toMatchObject([{ policies }]);
    expect(simulator.ledger()).toMatchObject([{ body: { policies } }]);
  });

  test('a created API is in the table, and a second create of it changes it', async () => {
    const simulator = await start();
    const first = await create(simulator);
    const second = await create(simulator, { ...CATALOG, port: 9090 });
    expect([first.status, first.data]).toEqual([200, { res_code: '0000', res_message: 'success' }]);
    expect(second.data).toEqual(first.data);
    expect(simulator.table()).toEqual([expect.objectContaining({ ...CATALOG, port: 9090 })]);
  });

  test('the success code of the older generation can be chosen', async () => {
    const simulator = await start({ successCode: '00000' });
    expect((await create(simulator)).data).toMatchObject({ res_code: '00000' });
  });

  test('a removed API is gone, and removing it again fails with a code that says so', async () => {
    const simulator = await start();
    await create(simulator);
    expect((await remove(simulator)).data).toMatchObject({ res_code: '0000' });
    expect(simulator.table()).toEqual([]);
    const again = await remove(simulator);
    expect(again.data).toEqual({
      res_code: '0404',
      res_message: `cpc-catalog at ${CATALOG.path} is not registered`,
    });
  });

  test('removing the unknown can be told to answer another code, or success', async () => {
    const strict = await start({ unknownRemoval: '1234' });
    const lenient = await start({ unknownRemoval: 'success' });
    expect((await remove(strict)).data).toMatchObject({ res_code: '1234' });
    expect((await remove(lenient)).data).toMatchObject({ res_code: '0000' });
    expect(lenient.ledger()).toMatchObject([{ operation: 'remove', applied: false }]);
  });

  test('keyed by path, one name may have two paths', async () => {
    const simulator = await start({ key: 'path' });
    await create(simulator);
    await create(simulator, MOVED);
    expect(simulator.table().map(({ path }) => path)).toEqual([CATALOG.path, MOVED.path]);
    await remove(simulator, CATALOG);
    expect(simulator.table().map(({ path }) => path)).toEqual([MOVED.path]);
  });

  test('keyed by name, a second create moves the API and its old path stops routing', async () => {
    const simulator = await start({ key: 'name' });
    await create(simulator);
    await create(simulator, MOVED);
    expect(simulator.table().map(({ path }) => path)).toEqual([MOVED.path]);
    const old = await axios.get(simulator.url + CATALOG.path, { validateStatus: () => true });
    expect(old.status).toBe(404);
    await remove(simulator, CATALOG);
    expect(simulator.table()).toEqual([]);
  });

  test.each([
    ['specification', 'string', CATALOG.specification],
    ['specification', 'list', [CATALOG.specification]],
    ['specification', 'object', { url: CATALOG.specification, version: 'v4' }],
    ['specification', 'list of objects', [{ url: CATALOG.specification }]],
  ])('a %s as %s is understood and kept', async (_field, _form, specification) => {
    const simulator = await start();
    expect((await create(simulator, { ...CATALOG, specification })).status).toBe(200);
    expect(simulator.table()[0]?.specification).toEqual(specification);
  });

  test.each([
    ['path', 'cpc'],
    ['path', '/cpc/../admin'],
    ['path', '/cpc?x=1'],
    ['path', '/_admin/table'],
    ['name', ''],
    ['specification', 'file:///etc/passwd'],
    ['specification', []],
    ['implementation', 'no host'],
    ['port', 70_000],
    ['port', '8080'],
  ])('a wrong %s (%j) is refused, named, and changes nothing', async (field, value) => {
    const simulator = await start();
    const { status, data } = await create(simulator, { ...CATALOG, [field]: value });
    expect(status).toBe(400);
    expect(data).toMatchObject({
      res_code: '0400',
      res_message: expect.stringContaining(field) as unknown,
    });
    expect(simulator.table()).toEqual([]);
    expect(simulator.ledger()).toMatchObject([{ applied: false, status: 400, outcome: 'answered' }]);
  });

  test('a body that is not JSON is refused and remembered', async () => {
    const simulator = await start();
    const { status, data } = await create(simulator, '{"path":');
    expect([status, data]).toEqual([400, { res_code: '0400', res_message: 'the body is not JSON' }]);
    expect(simulator.ledger()).toMatchObject([{ name: null, body: '{"path":' }]);
  });
});

describe('the ledger', () => {
  test('holds every call with what was sent, what was answered and what became of it', async () => {
    const simulator = await start();
    await create(simulator);
    await remove(simulator);
    const instant = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    const answered = {
      outcome: 'answered',
      status: 200,
      resCode: '0000',
      applied: true,
      fault: null,
      concurrent: 0,
    };
    const common = { name: CATALOG.name, path: CATALOG.path, body: CATALOG };
    const times = { receivedAt: instant, answeredAt: instant, appliedAt: instant };
    expect(simulator.ledger()).toEqual([
      { seq: 1, operation: 'create', ...common, ...answered, ...times },
      { seq: 2, operation: 'remove', ...common, ...answered, ...times },
    ]);
  });

  test('forgets the oldest calls beyond its limit, and clearing goes on counting', async () => {
    const simulator = await start({ ledgerLimit: 2 });
    for (let call = 0; call < 3; call++) await create(simulator);
    expect(simulator.ledger().map(({ seq }) => seq)).toEqual([2, 3]);
    simulator.clearLedger();
    await create(simulator);
    expect(simulator.ledger().map(({ seq }) => seq)).toEqual([4]);
  });

  test('tells calls for one API that overlapped', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'slow', ms: 60_000 });
    const other = { ...CATALOG, name: 'cpc-partyrole', path: '/cpc/partyrole/v4' };
    const calls = [create(simulator), create(simulator), create(simulator, other)];
    await eventually('three calls wait', () => simulator.held().length === 3);
    simulator.clearFaults();
    simulator.release();
    await Promise.all(calls);
    await create(simulator);
    const overlaps = simulator.ledger({ name: CATALOG.name }).map(({ concurrent }) => concurrent);
    expect(overlaps).toEqual([0, 1, 0]);
    expect(simulator.ledger({ name: other.name })).toMatchObject([{ concurrent: 0 }]);
  });
});

describe('the listening port', () => {
  test('paused, connections are refused; resumed, the same port serves the same table', async () => {
    const simulator = await start();
    await create(simulator);
    const { url } = simulator;
    await simulator.pause();
    expect(simulator.isListening()).toBe(false);
    expect(await failureOf(create(simulator))).toBe('ECONNREFUSED');
    await simulator.resume();
    expect(simulator.url).toBe(url);
    expect((await create(simulator)).status).toBe(200);
    expect(simulator.table()).toHaveLength(1);
  });

  test('pausing and resuming twice is harmless', async () => {
    const simulator = await start();
    await Promise.all([simulator.pause(), simulator.pause()]);
    await simulator.pause();
    await simulator.resume();
    await simulator.resume();
    expect((await create(simulator)).status).toBe(200);
  });

  test('pausing ends a connection that waits for a reply', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'hang' });
    const waiting = failureOf(manage(simulator, 'create'));
    await eventually('the call hangs', () => simulator.held().length === 1);
    await simulator.pause();
    expect(await waiting).toBe('ECONNRESET');
    await eventually('the end is noticed', () => simulator.ledger({ outcome: 'abandoned' }).length === 1);
    expect(simulator.ledger()).toMatchObject([{ applied: false }]);
  });

  test('a taken port is said in one line', async () => {
    const first = await start();
    await expect(startSimulator({ logLevel: 'silent', port: first.port })).rejects.toThrow(
      `port ${first.port} on 127.0.0.1 is taken: choose another, or 0 for any free one`,
    );
  });

  test('wrong options are all named in one line', async () => {
    const options = { logLevel: 'silent', port: -1, namespace: 'No!' } as const;
    await expect(startSimulator(options)).rejects.toThrow(/port: .*; namespace: must be a namespace name/);
  });
});

test('a reset leaves it as freshly started', async () => {
  const simulator = await start({ addresses: { catalog: '127.0.0.1:1' } });
  await create(simulator);
  simulator.addFault({ kind: 'hang' });
  simulator.setAddresses({});
  const waiting = failureOf(create(simulator));
  await eventually('the call hangs', () => simulator.held().length === 1);
  simulator.reset();
  expect(await waiting).toBe('ECONNRESET');
  expect([simulator.table(), simulator.ledger(), simulator.faults(), simulator.held()]).toEqual([
    [],
    [],
    [],
    [],
  ]);
  expect(simulator.addresses()).toEqual({ catalog: '127.0.0.1:1' });
  expect(simulator.counters()).toEqual({ calls: 0, registrations: 0, routedRequests: 0 });
});
