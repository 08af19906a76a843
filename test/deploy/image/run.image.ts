import { copyFile, chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Child } from '../../../deploy/dev/stack/child.ts';
import { choosePort } from '../../../deploy/dev/stack/ports.ts';
import { probe } from '../../../deploy/dev/stack/probe.ts';
import { runTool, type ToolResult } from '../../../deploy/dev/stack/runTool.ts';
import { temporaryDirectory } from '../../support/stack/temporaryDirectory.ts';
import { useOperator } from '../../support/stack/useOperator.ts';
import { runImage, TEST_IMAGE } from './container.ts';

const MEGABYTE = 1_000_000;
const directory = temporaryDirectory();
const setUp = useOperator('image', { isStarted: false });

async function run(options: readonly string[], ...args: readonly string[]): Promise<ToolResult> {
  return await runTool('podman', runImage(options, args));
}

/** Runs some JavaScript in place of the image's own program. */
async function evaluate(script: string): Promise<unknown> {
  const { stdout, stderr } = await run(
    ['--entrypoint=/nodejs/bin/node'],
    '--input-type=module',
    '-e',
    `import fs from 'node:fs'; console.log(JSON.stringify(${script}))`,
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

test('the image takes no more than 250 MB', async () => {
  const { stdout } = await runTool('podman', ['image', 'inspect', TEST_IMAGE]);
  const [image] = z.array(z.object({ Size: z.number() })).parse(JSON.parse(stdout));
  expect(image?.Size).toBeLessThan(250 * MEGABYTE);
});

test('its labels say which commit it was built from', async () => {
  const { stdout } = await runTool('podman', ['image', 'inspect', TEST_IMAGE]);
  const schema = z.array(z.object({ Labels: z.record(z.string(), z.string()) }));
  const [image] = schema.parse(JSON.parse(stdout));
  expect(image?.Labels).toMatchObject({
    'org.opencontainers.image.title': 'apig-orchestrator',
    'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});

test('the process is nobody, can do nothing special, and can write nothing', async () => {
  const status = z.string().parse(await evaluate(`fs.readFileSync('/proc/self/status', 'utf8')`));
  expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
  expect(status).toMatch(/^CapEff:\t0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(
    await evaluate(`(() => { try { fs.writeFileSync('/app/x', ''); } catch ({ code }) { return code; } })()`),
  ).toBe('EROFS');
});

test('its list of components names just the packages that are in it', async () => {
  const seen = z
    .object({ sbom: z.array(z.string()), folders: z.array(z.string()) })
    .parse(
      await evaluate(
        `{ sbom: JSON.parse(fs.readFileSync('/app/sbom.cdx.json')).components.map(({ name }) => name), folders: fs.globSync('/app/node_modules/{*,@*/*}/package.json').map((path) => path.slice('/app/node_modules/'.length, -'/package.json'.length)) }`,
      ),
    );
  expect(seen.sbom.length).toBeGreaterThan(100);
  expect(seen.sbom).toEqual(expect.arrayContaining(seen.folders));
  for (const name of ['webpack', '@swc/core', 'typescript', 'jest']) {
    expect(seen.sbom).not.toContain(name);
    expect(seen.folders).not.toContain(name);
  }
});

test('started with no command it lists its commands and every setting', async () => {
  const { code, stderr } = await run([]);
  expect(code).toBe(1);
  expect(stderr).toContain('watcher and worker in one process');
  expect(stderr).toContain('APIG_ENDPOINT');
  expect(stderr).toContain('TEMPORAL_ADDRESS');
});

test('a start compiles nothing, since the image brings what Node has compiled', async () => {
  const { stderr } = await run(['--env=NODE_DEBUG_NATIVE=COMPILE_CACHE'], '--help');
  const read = stderr.split('\n').filter((line) => line.includes('reading cache from'));
  expect(read.length).toBeGreaterThan(400);
  expect(read.filter((line) => !line.includes('... success'))).toEqual([]);
});

test('with a setting that cannot be understood it ends with a line that names it', async () => {
  const { code, stdout, stderr } = await run(['--env=APIG_TIMEOUT=soon'], 'run');
  expect(code).toBe(1);
  expect(`${stdout}${stderr}`).toMatch(/APIG_TIMEOUT=soon: must be a time/);
});

test('with no settings it lives, and says what it needs', async () => {
  const port = await choosePort('the operator', {}, new Set());
  const logFile = join(directory, 'no-settings.log');
  const operator = new Child({
    name: 'image without settings',
    command: 'podman',
    args: runImage([`--env=HTTP_PORT=${port}`], ['run']),
    logFile,
    isHealthy: async () => (await probe(`http://127.0.0.1:${port}/livez`)) === 200,
  });
  await operator.start();
  expect(await probe(`http://127.0.0.1:${port}/readyz`)).toBe(503);
  // The log passes through several hands; at the end all of it is there.
  await operator.stop();
  expect(await readFile(logFile, 'utf8')).toContain('Set APIG_ENDPOINT');
});

test('the stand-in gateway is in it, with its developer pages', async () => {
  const port = await choosePort('the gateway', {}, new Set());
  const gateway = new Child({
    name: 'image simulator',
    command: 'podman',
    args: runImage([], ['simulator', '--port', String(port), '--admin-port', '0']),
    logFile: join(directory, 'simulator.log'),
    isHealthy: async () => (await probe(`http://127.0.0.1:${port}/_docs/swagger-ui-bundle.js`)) === 200,
  });
  await gateway.start();
  await gateway.stop();
});

test('read-only and with no rights it becomes ready, and registers and removes an API', async () => {
  const { stack, namespace, user, gateway } = setUp;
  const port = await choosePort('the operator', {}, new Set());
  const kubeconfig = join(directory, 'kubeconfig');
  await copyFile(stack.operatorKubeconfigPath, kubeconfig);
  await chmod(kubeconfig, 0o644);
  const settings = {
    KUBECONFIG: '/kubeconfig',
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: stack.temporalNamespace,
    CLUSTER_NAME: `image-${port}`,
    WATCH_NAMESPACES: namespace,
    APIG_ENDPOINT: gateway.url,
    APIG_PUBLIC_URL: gateway.url,
    APIG_ALREADY_GONE: '0404',
    HTTP_PORT: String(port),
    POD_NAME: `image-${port}`,
  };
  const logFile = join(directory, 'operator.log');
  const environment = Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`);
  const operator = new Child({
    name: 'image run',
    command: 'podman',
    args: runImage([`--volume=${kubeconfig}:/kubeconfig:ro`, ...environment], ['run']),
    logFile,
    isHealthy: async () => (await probe(`http://127.0.0.1:${port}/readyz`)) === 200,
    stopTimeoutMs: 30_000,
  });
  const startedAt = Date.now();
  await operator.start();
  process.stdout.write(`The image was ready after ${Date.now() - startedAt} ms.\n`);
  await user.create('imaged');
  await user.untilCondition('imaged', 'Ready', 'True Available');
  expect(gateway.table()).toHaveLength(1);
  await user.remove('imaged');
  await user.untilGone('imaged');
  expect(gateway.table()).toEqual([]);
  await operator.stop();
  const log = await readFile(logFile, 'utf8');
  // It was not made at the start: nothing could have been written.
  expect(log).toMatch(/"bundle":"[0-9a-f]{12}","isNew":false/);
  expect(log.trimEnd().split('\n').at(-1)).toContain('apig-orchestrator has stopped');
});
