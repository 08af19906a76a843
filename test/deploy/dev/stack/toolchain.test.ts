import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgressEvent } from '../../../../deploy/dev/stack/progress.ts';
import { Toolchain } from '../../../../deploy/dev/stack/toolchain.ts';
import { MAKE, stackMachine, type StackMachine } from '../../../support/stack/stackMachine.ts';
import { temporaryDirectory } from '../../../support/stack/temporaryDirectory.ts';

const root = temporaryDirectory();

function machineWithGo(script: string | undefined): StackMachine {
  return stackMachine(root, script);
}

/** A toolchain for which nothing is published. */
function toolchain({ environment }: StackMachine, events: ProgressEvent[] = []): Toolchain {
  return new Toolchain({ environment, onProgress: (event) => events.push(event), publications: [] });
}

describe('a program that has to be built', () => {
  test('is built once by two commands that want it at the same time', async () => {
    const machine = machineWithGo(MAKE);
    const [one, other] = await Promise.all([
      toolchain(machine).path('etcd'),
      toolchain(machine).path('etcd'),
    ]);
    expect(one).toBe(other);
    expect(readFileSync(one, 'utf8')).toBe('made\n');
    expect(readFileSync(machine.log, 'utf8')).toBe('begin\nend\n');
  });

  test('waits for the one that is being built, so that two cores are not fought over', async () => {
    const machine = machineWithGo(MAKE);
    const tools = toolchain(machine);
    await Promise.all([
      tools.path('etcd'),
      tools.path('kube-apiserver'),
      tools.path('kube-controller-manager'),
    ]);
    expect(readFileSync(machine.log, 'utf8')).toBe('begin\nend\n'.repeat(3));
  });

  test('is told while it is built, with how long that usually takes, and then where it came from', async () => {
    const events: ProgressEvent[] = [];
    await toolchain(machineWithGo(MAKE), events).path('etcd');
    expect(events[0]?.detail).toMatch(
      /; building 3\.\S+ from source, once for this machine: 0 s, usually about \d+ s$/,
    );
    expect(events.at(-1)).toMatchObject({
      part: 'etcd',
      state: 'found',
      detail: expect.stringMatching(/etcd \(built in \d+ s\)$/),
    });
  });

  test('never leaves half a file in the cache when the build fails, and says what to do in one line', async () => {
    const machine = machineWithGo('echo half >"$out"; echo "proxy: no route to host" >&2; exit 1');
    await expect(toolchain(machine).path('etcd')).rejects.toThrow(
      /^Building etcd \S+ failed \(proxy: no route to host\): check that .* then run the command again\.$/,
    );
    expect(machine.cached()).toEqual([]);
  });

  test('does not keep the next one from being built when it fails', async () => {
    const machine = machineWithGo(`case "$*" in *etcd*) exit 1;; esac; ${MAKE}`);
    const tools = toolchain(machine);
    const [first, second] = await Promise.allSettled([tools.path('etcd'), tools.path('kube-apiserver')]);
    expect(first.status).toBe('rejected');
    expect(second.status).toBe('fulfilled');
  });

  test('asks for Go by name where Go is missing', async () => {
    const machine = machineWithGo(undefined);
    await expect(toolchain(machine).path('etcd')).rejects.toThrow(/needs Go 1\.26 or newer: install Go/);
  });

  test('clears away what a crashed build left', async () => {
    const machine = machineWithGo(MAKE);
    mkdirSync(join(machine.cache, 'making-go.crashed'), { recursive: true });
    await toolchain(machine).path('etcd');
    expect(machine.cached()).toEqual(['etcd-3.6.8']);
  });
});
