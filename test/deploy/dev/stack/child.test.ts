import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, type ChildSpec } from '../../../../deploy/dev/stack/child.ts';
import { isAlive } from '../../../../deploy/dev/stack/processes.ts';
import { waitUntil } from '../../../../deploy/dev/stack/waitUntil.ts';
import { temporaryDirectory } from '../../../support/stack/temporaryDirectory.ts';

const root = temporaryDirectory();
const started: Child[] = [];
let count = 0;

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (child) => await child.kill()));
});

/** A shell script that counts as healthy once it has made the file `$READY`. */
function script(
  text: string,
  spec: Partial<ChildSpec> = {},
): { readonly child: Child; readonly log: () => string } {
  const name = `script${(count += 1)}`;
  const ready = join(root, `${name}.ready`);
  const logFile = join(root, `${name}.log`);
  const child = new Child({
    name,
    command: '/bin/sh',
    args: ['-c', text],
    environment: { ...process.env, READY: ready },
    logFile,
    isHealthy: async () => existsSync(ready),
    startTimeoutMs: 5000,
    ...spec,
  });
  started.push(child);
  return { child, log: () => readFileSync(logFile, 'utf8') };
}

const SERVE = 'touch "$READY"; while :; do sleep 0.05; done';

describe('a supervised program', () => {
  test('is started when it is healthy, and what it prints is in its log', async () => {
    const { child, log } = script(`echo hello; ${SERVE}`);
    await child.start();
    expect(child.isRunning).toBe(true);
    expect(log()).toContain('hello');
  });

  test('that ends while it starts is an error with its last words', async () => {
    const { child } = script('echo starting; echo "address already in use" >&2; exit 3');
    await expect(child.start()).rejects.toThrow(
      /^script\d+ ended while it was starting: address already in use \(log: /,
    );
    expect(child.isRunning).toBe(false);
  });

  test('that does not get healthy is stopped and named', async () => {
    const { child } = script('sleep 60', { startTimeoutMs: 200 });
    await expect(child.start()).rejects.toThrow(
      /script\d+ should have become healthy .* within 0.2 s, but it did not happen/,
    );
    expect(child.isRunning).toBe(false);
  });

  test('gets one SIGTERM and time to clean up', async () => {
    const { child, log } = script(`trap 'echo term; sleep 0.2; echo clean; exit 0' TERM; ${SERVE}`);
    await child.start();
    await child.stop();
    expect(log()).toBe('term\nclean\n');
  });

  test('that ignores SIGTERM is killed after its time, with all it has started', async () => {
    const { child, log } = script(`trap '' TERM; sleep 60 & echo $!; ${SERVE}`, { stopTimeoutMs: 200 });
    await child.start();
    const grandchild = Number(log().trim());
    expect(isAlive(grandchild)).toBe(true);
    await child.stop();
    await waitUntil(async () => !isAlive(grandchild), {
      what: 'the grandchild should have ended',
      timeoutMs: 20_000,
    });
  });

  test('that ends by itself is reported once, and a stop is not', async () => {
    const reports: string[] = [];
    const { child } = script('touch "$READY"; sleep 0.3; exit 7', {
      onUnexpectedExit: (_name, message) => reports.push(message),
    });
    await child.start();
    await waitUntil(async () => reports.length > 0, {
      what: 'the end should have been reported',
      timeoutMs: 5000,
    });
    expect(reports).toEqual([expect.stringMatching(/^script\d+ ended unexpectedly \(exit code 7\), log: /)]);
    await child.start();
    await child.stop();
    expect(reports).toHaveLength(1);
  });

  test('ends when its supervisor is killed', async () => {
    const pidFile = join(root, 'orphan.pid');
    const source = new URL('../../../../deploy/dev/stack/child.ts', import.meta.url).href;
    const supervisorFile = join(root, 'supervisor.ts');
    writeFileSync(
      supervisorFile,
      `import { Child } from '${source}';
       import { existsSync } from 'node:fs';
       const [pidFile, logFile] = process.argv.slice(2);
       await new Child({ name: 'orphan', command: '/bin/sh', args: ['-c', 'echo $$ > ' + pidFile + '; while :; do sleep 0.05; done'],
         logFile, isHealthy: async () => existsSync(pidFile) }).start();
       process.stdout.write('started');
       setInterval(() => {}, 1000);`,
    );
    const supervisor = spawn(process.execPath, [supervisorFile, pidFile, join(root, 'orphan.log')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    supervisor.stdout.once('data', () => resolve());
    await promise;
    const orphan = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(orphan)).toBe(true);
    supervisor.kill('SIGKILL');
    await waitUntil(async () => !isAlive(orphan), { what: 'the orphan should have ended', timeoutMs: 5000 });
  });
});
