import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPortFree } from '../../deploy/local/ports.ts';
import { isAlive } from '../../deploy/local/processes.ts';
import { StackStateStore, type StackState } from '../../deploy/local/stackState.ts';
import { waitUntil } from '../../deploy/local/waitUntil.ts';
import { temporaryDirectory } from '../support/temporaryDirectory.ts';

const store = new StackStateStore(join(temporaryDirectory(), 'stack'));

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function start(command: 'up' | 'down', ...args: string[]) {
  const script = fileURLToPath(new URL(`../../deploy/local/${command}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, '--directory', store.directory, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  child.on('close', (code) => resolve({ code, output }));
  return { child, ended: promise, output: () => output };
}

async function run(command: 'up' | 'down', ...args: string[]): Promise<Outcome> {
  return await start(command, ...args).ended;
}

async function runningState(): Promise<StackState> {
  const state = await store.running();
  if (state === undefined) throw new Error('the stack is not running');
  return state;
}

function arePortsFree(ports: StackState['ports']): Promise<boolean[]> {
  return Promise.all(Object.values(ports).map(isPortFree));
}

afterAll(async () => {
  await run('down', '--wipe');
}, 60_000);

describe('npm run up and npm run down', () => {
  test('say in one line that there is nothing to end', async () => {
    expect(await run('down')).toEqual({ code: 0, output: 'The stack is not running.\n' });
  }, 30_000);

  test('start once: a second up changes nothing and reports', async () => {
    const first = await run('up');
    expect(first).toMatchObject({ code: 0, output: expect.stringMatching(/The stack is up after [\d.]+ s/) });
    const before = await runningState();
    const second = await run('up');
    expect(second.code).toBe(0);
    expect(second.output).toContain('The stack is already running');
    expect(second.output).toContain('Temporal UI');
    expect(await runningState()).toEqual(before);
  }, 90_000);

  test('recover from a supervisor that was killed, on the same ports', async () => {
    const before = await runningState();
    process.kill(before.supervisorPid, 'SIGKILL');
    const { code, output } = await run('up');
    expect(code).toBe(0);
    expect(output).toContain('An earlier stack had ended without cleaning up');
    expect((await runningState()).ports).toEqual(before.ports);
    expect(before.children.map(({ pid }) => isAlive(-pid))).not.toContain(true);
  }, 90_000);

  test('bring back a part that has crashed', async () => {
    const { children, ports } = await runningState();
    const temporal = children.find(({ name }) => name === 'temporal');
    process.kill(-(temporal?.pid ?? 0), 'SIGKILL');
    const log = join(store.directory, 'logs', 'supervisor.log');
    await waitUntil(async () => (await readFile(log, 'utf8')).includes('temporal was started again'), {
      what: 'the supervisor should have started Temporal again',
      timeoutMs: 20_000,
    });
    expect(await isPortFree(ports['temporal'] ?? 0)).toBe(false);
  }, 30_000);

  test('end everything and free every port', async () => {
    const { ports, supervisorPid } = await runningState();
    expect(await run('down')).toEqual({ code: 0, output: 'The stack has ended and its ports are free.\n' });
    expect(await arePortsFree(ports)).not.toContain(false);
    expect(isAlive(supervisorPid)).toBe(false);
  }, 60_000);

  test('leave nothing behind when the start is interrupted', async () => {
    const ports = await store.rememberedPorts();
    const up = start('up');
    await waitUntil(async () => up.output().includes('kube-apiserver: starting'), {
      what: 'the start should have come to the API server',
      timeoutMs: 30_000,
    });
    up.child.kill('SIGINT');
    const { code, output } = await up.ended;
    expect({ code, said: output.trim().split('\n').at(-1) }).toEqual({
      code: 1,
      said: 'Stopped; nothing is left running.',
    });
    expect(await arePortsFree(ports)).not.toContain(false);
  }, 60_000);

  test('refuse a port that is taken, in one line', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const server = createServer().listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, output } = await run('up', '--port', `temporal=${port}`);
    server.close();
    expect({ code, output }).toEqual({
      code: 1,
      output: `Port ${port}, wanted for temporal, is taken: end the program that uses it, or choose another port.\n`,
    });
  }, 30_000);
});
