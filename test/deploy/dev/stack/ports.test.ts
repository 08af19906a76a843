import { createServer, type Server } from 'node:net';
import { choosePort, isPortFree } from '../../../../deploy/dev/stack/ports.ts';
import { wishPorts } from '../../../../deploy/dev/stack/stackPorts.ts';

let server: Server;
let busy: number;

beforeAll(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  server = createServer().listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  busy = address.port;
});

afterAll(() => {
  server.close();
});

test('a fixed port that is taken is an error that names it and what wanted it', async () => {
  await expect(choosePort('temporal', { fixed: busy }, new Set())).rejects.toThrow(
    `Port ${busy}, wanted for temporal, is taken: end the program that uses it, or choose another port.`,
  );
});

test('a preferred port that is taken gives way to the next', async () => {
  const free = await choosePort('a', {}, new Set());
  expect(await choosePort('temporal', { preferred: [busy, free] }, new Set())).toBe(free);
});

test('two names never get the same port', async () => {
  const taken = new Set<number>();
  const first = await choosePort('a', {}, taken);
  const second = await choosePort('b', { preferred: [first] }, taken);
  expect(second).not.toBe(first);
  expect(await isPortFree(second)).toBe(true);
});

test('a start prefers what was asked for, then the ports of the last start, then the well-known ones', () => {
  const wishes = wishPorts(
    { temporal: 7300 },
    { temporal: 40_000, temporalUi: 40_001, gateway: 40_002, operatorHealth: 40_003 },
  );
  expect(wishes.temporal).toEqual({ fixed: 7300 });
  expect(wishes.temporalUi).toEqual({ preferred: [40_001, 8233] });
  expect(wishes.apiserver).toEqual({ preferred: [6443] });
  expect(wishes.gateway).toEqual({ preferred: [40_002, 8080] });
  expect(wishes.operatorHealth).toEqual({ preferred: [40_003] });
  expect(wishes.etcd).toEqual({ preferred: [] });
});
