import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../../../deploy/dev/stack/processes.ts';
import { StackStateStore, type StackState } from '../../../../deploy/dev/stack/stackState.ts';
import { temporaryDirectory } from '../../../support/stack/temporaryDirectory.ts';

const root = temporaryDirectory();
let count = 0;

function newStore(): StackStateStore {
  const directory = join(root, `stack${(count += 1)}`);
  mkdirSync(directory);
  return new StackStateStore(directory);
}

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync('true').pid;
}

function state(supervisorPid: number, children: StackState['children'] = []): StackState {
  return {
    supervisorPid,
    startedAt: new Date(0).toISOString(),
    children,
    ports: { temporal: 7233 },
    facts: [],
  };
}

describe('the state of a stack', () => {
  test('is absent where none was written, and where the file is damaged', async () => {
    const store = newStore();
    expect(await store.read()).toBeUndefined();
    writeFileSync(join(store.directory, 'state.json'), '{"supervisorPid":');
    expect(await store.read()).toBeUndefined();
    expect(await store.running()).toBeUndefined();
  });

  test('tells the ports of the last start even after it was cleared', async () => {
    const store = newStore();
    await store.write(state(process.pid));
    await store.clear();
    expect(await store.read()).toBeUndefined();
    expect(await store.rememberedPorts()).toEqual({ temporal: 7233 });
  });

  test('is stale when the supervisor is dead: it is forgotten, and said so once', async () => {
    const store = newStore();
    await store.write(state(deadPid()));
    expect(await store.running()).toBeUndefined();
    expect(await store.recover()).toBe(true);
    expect(await store.recover()).toBe(false);
    expect(await store.read()).toBeUndefined();
  });

  test('is stale when the number of the supervisor has gone to another program', async () => {
    const store = newStore();
    await store.write(state(process.pid));
    expect(await store.running()).toBeUndefined();
  });

  test('is never a reason to end a program of somebody else that got the number of a child', async () => {
    const stranger = spawn('sleep', ['60'], { detached: true });
    try {
      const store = newStore();
      await store.write(state(deadPid(), [{ name: 'etcd', pid: stranger.pid ?? 0 }]));
      expect(await store.recover()).toBe(true);
      expect(isAlive(stranger.pid ?? 0)).toBe(true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });
});
