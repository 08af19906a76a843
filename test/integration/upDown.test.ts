import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { Client, Connection } from '@temporalio/client';
import type { BinaryName } from '../../deploy/dev/stack/binaries.ts';
import { GatewayAdmin } from '../../deploy/dev/demo/gatewayAdmin.ts';
import { CHART, COMPONENT, RELEASE } from '../../deploy/dev/stack/exampleComponent.ts';
import { helm } from '../../deploy/dev/stack/helm.ts';
import { isPortFree } from '../../deploy/dev/stack/ports.ts';
import { isAlive } from '../../deploy/dev/stack/processes.ts';
import { StackStateStore, type StackState } from '../../deploy/dev/stack/stackState.ts';
import { VIEW_QUERIES } from '../../deploy/dev/stack/temporalViews.ts';
import { Toolchain } from '../../deploy/dev/stack/toolchain.ts';
import { waitUntil } from '../../deploy/dev/stack/waitUntil.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { createTestNamespace } from '../support/cluster/testNamespaces.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { borrowStack } from '../support/stack/borrowStack.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';

const store = new StackStateStore(join(temporaryDirectory(), 'stack'));

/** Of the four APIs of the example; metrics stays in the cluster. */
const AT_THE_GATEWAY = ['operationspartyrole-v4', 'partyrole-v4', 'productcatalogmanagement-v4'];

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function start(command: 'up' | 'down', ...args: string[]) {
  const script = fileURLToPath(new URL(`../../deploy/dev/stack/${command}.ts`, import.meta.url));
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

function gatewayOf({ ports }: StackState): GatewayAdmin {
  return new GatewayAdmin(`http://127.0.0.1:${ports['gatewayAdmin']}/_admin`);
}

async function registeredNames(state: StackState): Promise<string[]> {
  return (await gatewayOf(state).table()).map(({ name }) => name.replace(`${COMPONENT}-`, '')).toSorted();
}

async function countViews({ ports }: StackState): Promise<Record<string, number>> {
  const connection = await Connection.connect({ address: `127.0.0.1:${ports['temporal']}` });
  try {
    const { workflow } = new Client({ connection });
    const counts = Object.entries(VIEW_QUERIES).map(
      async ([title, query]) => [title, (await workflow.count(query)).count] as const,
    );
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    await connection.close();
  }
}

async function enablePromotion(): Promise<void> {
  const toolchain = new Toolchain({
    environment: process.env,
    onProgress: () => undefined,
    signal: undefined,
  });
  const target = {
    kubeconfigPath: join(store.directory, 'kubeconfig.yaml'),
    binary: async (name: BinaryName) => await toolchain.path(name),
  };
  await helm(target, ['upgrade', RELEASE, CHART, '--reuse-values', '--set', 'apis.promotion.enabled=true']);
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

  test('leave the example registered and within reach', async () => {
    const state = await runningState();
    expect(await registeredNames(state)).toEqual(AT_THE_GATEWAY);
    const facts = Object.fromEntries(state.facts.map(({ label, value }) => [label.trim(), value]));
    const catalog = await fetch(facts['Product catalog'] ?? '');
    expect({ status: catalog.status, offerings: await catalog.json() }).toMatchObject({
      status: 200,
      offerings: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]),
    });
    const page = await fetch(facts['developer page'] ?? '');
    expect({ status: page.status, type: page.headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringContaining('text/html'),
    });
  }, 30_000);

  test('link to views of Temporal that show every API, and which of them need a look', async () => {
    const state = await runningState();
    const wanted = { 'all APIs': 4, retrying: 0, 'not registered': 0, 'one Component': 5 };
    let seen: Record<string, number> = {};
    // What Temporal lists comes a little after what happened.
    await waitUntil(
      async () => {
        seen = await countViews(state);
        return isDeepStrictEqual(seen, wanted);
      },
      { what: 'the views should have shown every API, all of them registered', timeoutMs: 20_000 },
    ).catch(() => undefined);
    expect(seen).toEqual(wanted);
  }, 30_000);

  test('lend the stack to tests: its operator stops, and their namespaces are gone before it starts again', async () => {
    const { facts, giveBack } = await borrowStack(store.directory, store.directory);
    const runs = async (): Promise<boolean> =>
      (await runningState()).children.some(({ name }) => name === 'operator');
    expect(await runs()).toBe(false);
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(facts.kubeconfigPath);
    await createTestNamespace(kubeConfig, 'lent');
    // Its finalizer waits for an operator that is gone.
    const user = userApis(kubeConfig, 'lent');
    await user.create('held', {}, undefined, { finalizers: [FINALIZER] });
    await giveBack();
    expect(await user.get('held')).toBeUndefined();
    expect(await runs()).toBe(true);
    expect(await registeredNames(await runningState())).toEqual(AT_THE_GATEWAY);
  }, 90_000);

  test('end everything, free every port, and start again on the same ports without telling the gateway anew', async () => {
    const before = await runningState();
    expect(await run('down')).toEqual({ code: 0, output: 'The stack has ended and its ports are free.\n' });
    expect(await arePortsFree(before.ports)).not.toContain(false);
    expect(isAlive(before.supervisorPid)).toBe(false);
    expect(await run('up')).toMatchObject({ code: 0 });
    const after = await runningState();
    expect(after.ports).toEqual(before.ports);
    expect(await registeredNames(after)).toEqual(AT_THE_GATEWAY);
    // Whatever the operator had wanted to say about the old ones is in the ledger when the new one has been registered.
    await enablePromotion();
    const gateway = gatewayOf(after);
    await waitUntil(async () => (await gateway.table()).length === AT_THE_GATEWAY.length + 1, {
      what: 'the added API should have been registered',
      timeoutMs: 20_000,
    });
    const calls = await gateway.ledger();
    expect(calls.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
      `create ${COMPONENT}-promotionmanagement-v4`,
    ]);
  }, 90_000);

  test('recover from a supervisor that was killed, on the same ports and with what people had changed', async () => {
    const before = await runningState();
    const registered = await registeredNames(before);
    process.kill(before.supervisorPid, 'SIGKILL');
    const { code, output } = await run('up');
    expect(code).toBe(0);
    expect(output).toContain('An earlier stack had ended without cleaning up');
    const after = await runningState();
    expect(after.ports).toEqual(before.ports);
    expect(await registeredNames(after)).toEqual(registered);
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

  test('leave nothing behind when the start is interrupted', async () => {
    await run('down');
    const ports = await store.rememberedPorts();
    const up = start('up');
    await waitUntil(async () => up.output().includes('operator: starting'), {
      what: 'the start should have come to the operator',
      timeoutMs: 60_000,
    });
    up.child.kill('SIGINT');
    const { code, output } = await up.ended;
    expect({ code, said: output.trim().split('\n').at(-1) }).toEqual({
      code: 1,
      said: 'Stopped; nothing is left running.',
    });
    expect(await arePortsFree(ports)).not.toContain(false);
  }, 90_000);

  test('refuse a port that is taken, in one line', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const server = createServer().listen(0, '127.0.0.1', resolve);
    await promise;
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, output } = await run('up', '--port', `gateway=${port}`);
    server.close();
    expect({ code, output }).toEqual({
      code: 1,
      output: `Port ${port}, wanted for gateway, is taken: end the program that uses it, or choose another port.\n`,
    });
  }, 30_000);
});
