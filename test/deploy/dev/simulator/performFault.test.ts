import type { FaultInput } from '../../../../deploy/dev/simulator/faultSchema.ts';
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

describe('what the caller sees of a fault', () => {
  test.each<[string, FaultInput, number, string]>([
    ['a status', { kind: 'status', status: 502 }, 502, 'the stand-in gateway was told to answer 502'],
    ['a status, by default 503', { kind: 'status' }, 503, 'the stand-in gateway was told to answer 503'],
    ['an HTML page', { kind: 'garbage' }, 200, '<html><body><h1>Welcome!</h1></body></html>'],
    ['JSON cut off', { kind: 'garbage', form: 'truncated' }, 200, '{"res_code":"00'],
  ])('%s, and nothing is applied', async (_what, fault, status, body) => {
    const simulator = await start();
    simulator.addFault(fault);
    const answer = await create(simulator);
    expect([answer.status, answer.data]).toEqual([status, body]);
    expect(simulator.table()).toEqual([]);
    expect(simulator.ledger()).toMatchObject([
      { fault: fault.kind, outcome: 'answered', status, applied: false },
    ]);
  });

  test('too many requests, with Retry-After as seconds or as a date', async () => {
    const simulator = await start();
    const date = 'Tue, 24 Nov 2026 03:00:00 GMT';
    simulator.addFault({ kind: 'throttle', retryAfter: 7, count: 1 });
    simulator.addFault({ kind: 'throttle', retryAfter: date, count: 1 });
    const [first, second] = [await create(simulator), await create(simulator)];
    expect([first.status, first.headers['retry-after']]).toEqual([429, '7']);
    expect([second.status, second.headers['retry-after']]).toEqual([429, date]);
  });

  test('a failing res_code with its message', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'code', code: '9999', message: 'the catalog is closed' });
    const { status, data } = await create(simulator);
    expect([status, data]).toEqual([200, { res_code: '9999', res_message: 'the catalog is closed' }]);
    expect(simulator.ledger()).toMatchObject([{ resCode: '9999', applied: false }]);
  });

  test('a body of the size asked for that never becomes JSON', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'garbage', form: 'huge', bytes: 300_000 });
    const { data } = await create(simulator);
    expect(data).toHaveLength(300_000 + '{"res_code":"'.length);
    expect(() => JSON.parse(String(data)) as unknown).toThrow(SyntaxError);
  });

  test('a bad answer can be told to come after the call was applied', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'status', status: 504, applied: true });
    expect((await create(simulator)).status).toBe(504);
    expect(simulator.table()).toHaveLength(1);
    expect(simulator.ledger()).toMatchObject([{ applied: true, status: 504 }]);
  });

  test('a refused call: the connection breaks and nothing is applied', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'refuse' });
    expect(await failureOf(create(simulator))).toBe('ECONNRESET');
    expect(simulator.ledger()).toMatchObject([
      { outcome: 'reset', applied: false, status: null, answeredAt: null },
    ]);
  });

  test('a lost reply: the connection breaks and the call is applied', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'dropReply' });
    expect(await failureOf(create(simulator))).toBe('ECONNRESET');
    expect(simulator.table()).toHaveLength(1);
    expect(simulator.ledger()).toMatchObject([{ outcome: 'reset', applied: true, status: null }]);
  });
});

describe('calls that wait', () => {
  test('a hanging call is answered and applied when it is released', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'hang' });
    const call = create(simulator);
    await eventually('the call hangs', () => simulator.held().length === 1);
    expect(simulator.table()).toEqual([]);
    expect(simulator.release({ name: 'another' })).toBe(0);
    expect(simulator.release({ name: CATALOG.name })).toBe(1);
    expect((await call).data).toMatchObject({ res_code: '0000' });
    expect(simulator.table()).toHaveLength(1);
  });

  test('a hanging call whose caller gives up is never applied', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'hang' });
    expect(await failureOf(manage(simulator, 'create', CATALOG, 100))).toBe('ECONNABORTED');
    await eventually('the call is let go', () => simulator.held().length === 0);
    expect(simulator.release()).toBe(0);
    expect(simulator.table()).toEqual([]);
    expect(simulator.ledger()).toMatchObject([{ outcome: 'abandoned', applied: false }]);
  });

  test('a hanging call can be applied all the same', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'hang', applied: true });
    expect(await failureOf(manage(simulator, 'create', CATALOG, 100))).toBe('ECONNABORTED');
    expect(simulator.table()).toHaveLength(1);
    await eventually('the caller is gone', () => simulator.ledger({ outcome: 'abandoned' }).length === 1);
    expect(simulator.ledger()).toMatchObject([{ applied: true }]);
  });

  test('a slow call is answered normally, not before its time', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'slow', ms: 80 });
    const before = performance.now();
    expect((await create(simulator)).data).toMatchObject({ res_code: '0000' });
    // Node's timers may fire up to a millisecond early.
    expect(performance.now() - before).toBeGreaterThanOrEqual(79);
    expect(simulator.table()).toHaveLength(1);
  });

  test('a straggler is applied when released, after its caller gave up and after what came later', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'straggle', count: 1 });
    expect(await failureOf(manage(simulator, 'create', { ...CATALOG, port: 1 }, 100))).toBe('ECONNABORTED');
    await create(simulator, { ...CATALOG, port: 2 });
    expect(simulator.table()).toMatchObject([{ port: 2 }]);
    expect(simulator.release()).toBe(1);
    expect(simulator.table()).toMatchObject([{ port: 1 }]);
    expect(simulator.ledger()).toMatchObject([
      { seq: 1, outcome: 'abandoned', answeredAt: null, applied: true },
      { seq: 2, outcome: 'answered', applied: true },
    ]);
  });

  test('a straggler comes by itself after its time; its caller may be cut off at once', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'straggle', ms: 50, reset: true, count: 1 });
    expect(await failureOf(create(simulator))).toBe('ECONNRESET');
    await eventually('the straggler is applied', () => simulator.table().length === 1);
    expect(simulator.ledger()).toMatchObject([{ fault: 'straggle', outcome: 'reset', applied: true }]);
    expect(simulator.held()).toEqual([]);
  });

  test('a straggling removal takes away what was created in the meantime', async () => {
    const simulator = await start();
    await create(simulator);
    simulator.addFault({ kind: 'straggle', reset: true, operation: 'remove', count: 1 });
    expect(await failureOf(remove(simulator))).toBe('ECONNRESET');
    await create(simulator);
    simulator.release();
    expect(simulator.table()).toEqual([]);
  });

  test('stopping ends callers that wait, applies nothing and frees the port', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'straggle', ms: 3_600_000 });
    const waiting = failureOf(create(simulator));
    await eventually('the call straggles', () => simulator.held().length === 1);
    await simulator.stop();
    expect(await waiting).toBe('ECONNRESET');
    expect(simulator.table()).toEqual([]);
    expect(await failureOf(create(simulator))).toBe('ECONNREFUSED');
  });
});

describe('which calls a fault hits', () => {
  const other = { ...CATALOG, name: 'cpc-partyrole', path: '/cpc/partyrole/v4' };

  test('only those of its API', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'status', name: CATALOG.name });
    expect([(await create(simulator)).status, (await create(simulator, other)).status]).toEqual([503, 200]);
  });

  test('only those of its operation', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'status', operation: 'remove' });
    expect([(await create(simulator)).status, (await remove(simulator)).status]).toEqual([200, 503]);
  });

  test('only the next so many, then it is gone', async () => {
    const simulator = await start();
    const { id } = simulator.addFault({ kind: 'status', count: 2 });
    expect((await create(simulator)).status).toBe(503);
    expect(simulator.faults()).toMatchObject([{ id, hits: 1, count: 2 }]);
    expect((await create(simulator)).status).toBe(503);
    expect(simulator.faults()).toEqual([]);
    expect((await create(simulator)).status).toBe(200);
  });

  test('the one for an API goes before the one for all, and cleared faults hit nobody', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'status', status: 500 });
    simulator.addFault({ kind: 'status', status: 501, name: CATALOG.name });
    expect([(await create(simulator)).status, (await create(simulator, other)).status]).toEqual([501, 500]);
    simulator.clearFaults();
    expect((await create(simulator)).status).toBe(200);
  });

  test('a call with a wrong body does not use a fault up', async () => {
    const simulator = await start();
    simulator.addFault({ kind: 'status', count: 1 });
    expect((await create(simulator, {})).status).toBe(400);
    expect((await create(simulator)).status).toBe(503);
  });
});
