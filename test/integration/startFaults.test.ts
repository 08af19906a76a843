import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { Child } from '../../deploy/dev/stack/child.ts';
import { startSimulator, type Simulator } from '../../deploy/dev/simulator/startSimulator.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { createOperator } from '../support/stack/operator.ts';
import { uniqueName, useStack } from '../support/stack/stack.ts';
import { startTcpProxy, type TcpProxy } from '../support/stack/tcpProxy.ts';

const stack = useStack();
/** For one process: nobody else reads it. */
const kubeconfig = join(stack.directory, uniqueName('kubeconfig'));
/** What does not end by itself is killed after ten seconds. */
const STOP_MS = 8_000;
let namespace: string;
let gateway: Simulator;
let proxy: TcpProxy;
let running: Child | undefined;

beforeAll(async () => {
  namespace = await stack.createNamespace('start-faults');
  gateway = await startSimulator({ logLevel: 'silent' });
  proxy = await startTcpProxy(stack.temporalAddress);
}, 30_000);
afterEach(() => running?.stop(), 30_000);
afterAll(async () => {
  await Promise.all([proxy.close(), gateway.stop(), rm(kubeconfig, { force: true })]);
}, 30_000);

const readyzSchema = z.object({
  ready: z.boolean(),
  parts: z.record(z.string(), z.object({ ready: z.boolean(), detail: z.string() })),
});

/** Starts the operator, and waits until it lives. */
async function startWith(settings: Readonly<Record<string, string>>) {
  const { process, readyz } = await createOperator(stack, {
    namespaces: [namespace],
    gatewayUrl: gateway.url,
    settings: { LOG_LEVEL: 'info', ...settings },
  });
  const seen = async () => readyzSchema.parse(JSON.parse(await readyz()));
  const child = new Child({ ...process.spec, isHealthy: async () => (await seen()).parts !== undefined });
  running = child;
  await child.start();
  return {
    seen,
    until: (part: string, words: string, deadlineMs = 30_000) =>
      eventually(
        `${part} says: ${words}`,
        async () => ((await seen()).parts[part]?.detail ?? '').includes(words),
        deadlineMs,
      ),
    /** From the log, as soon as there is one: it is written a moment after `/readyz` says the same. */
    async warnings(words: string): Promise<readonly string[]> {
      const read = async (): Promise<readonly string[]> =>
        (await readFile(child.spec.logFile, 'utf8'))
          .split('\n')
          .filter((line) => line.includes('"level":"warn"') && line.includes(words));
      await eventually(`the log warns: ${words}`, async () => (await read()).length > 0);
      return read();
    },
    lastLine: async () => (await readFile(child.spec.logFile, 'utf8')).trimEnd().split('\n').at(-1),
    isAlive: () => child.isRunning,
    stop: () => child.stop(),
  };
}

/** Somebody whom the API server knows and who may do nothing. */
async function withoutRights(): Promise<string> {
  const core = stack.kubeConfig.makeApiClient(CoreV1Api);
  const name = 'nobody';
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  const { status } = await core.createNamespacedServiceAccountToken({
    namespace,
    name,
    body: { spec: { audiences: [], expirationSeconds: 3_600 } },
  });
  const config = new KubeConfig();
  config.loadFromClusterAndUser(stack.kubeConfig.getCurrentCluster() ?? fail('there is a cluster'), {
    name,
    token: status?.token ?? fail('there is a token'),
  });
  return config.exportConfig();
}

/** As a kubelet does: nobody sees half of it. */
async function putWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

function fail(what: string): never {
  throw new Error(`not so: ${what}`);
}

test('with no kubeconfig and a silent Temporal it lives, tells both, each in one line, and works as soon as they are there', async () => {
  proxy.block();
  const operator = await startWith({ KUBECONFIG: kubeconfig, TEMPORAL_ADDRESS: proxy.address });
  await operator.until('kubernetes', 'The kubeconfig cannot be read. Check KUBECONFIG');
  await operator.until('temporal', `Temporal cannot be reached at ${proxy.address}. Check TEMPORAL_ADDRESS`);
  expect((await operator.seen()).ready).toBe(false);

  await putWhole(kubeconfig, await readFile(stack.operatorKubeconfigPath, 'utf8'));
  proxy.unblock();
  await eventually('it is ready', async () => (await operator.seen()).ready, 45_000);
  expect(Object.keys((await operator.seen()).parts).toSorted()).toEqual([
    'rights',
    'view',
    'watcher',
    'worker',
  ]);
  expect(await operator.warnings('The kubeconfig cannot be read')).toHaveLength(1);
  expect(await operator.warnings('Temporal cannot be reached')).toHaveLength(1);
  const user = userApis(stack.kubeConfig, namespace);
  await user.create('later');
  await user.untilCondition('later', 'Registered', 'True Confirmed');
}, 150_000);

test.each([
  [
    'an unknown namespace of Temporal',
    { TEMPORAL_NAMESPACE: 'not-there' },
    'has no namespace not-there. Create it, or correct TEMPORAL_NAMESPACE',
  ],
  [
    'a certificate file that is missing',
    { TEMPORAL_TLS_CLIENT_CERT_PATH: '/not/there.pem', TEMPORAL_TLS_CLIENT_KEY_PATH: '/not/there.key' },
    'The configuration of Temporal cannot be read. Check the variables TEMPORAL_…, temporal.toml, and the files',
  ],
  [
    'TLS where Temporal speaks none',
    { TEMPORAL_TLS: 'true' },
    'Check TEMPORAL_ADDRESS and the variables TEMPORAL_TLS_…',
  ],
])('with %s it lives, says what to correct, and ends when it is told to', async (_what, settings, words) => {
  const operator = await startWith(settings);
  await operator.until('temporal', words);
  expect((await operator.seen()).ready).toBe(false);
  expect(await operator.warnings(words)).toHaveLength(1);
  const told = performance.now();
  await operator.stop();
  expect(performance.now() - told).toBeLessThan(STOP_MS);
  expect(await operator.lastLine()).toContain('apig-orchestrator has stopped');
});

test('without rights it lives, and says which are missing and who gets them, once for each kind', async () => {
  await writeFile(kubeconfig, await withoutRights());
  const operator = await startWith({ KUBECONFIG: kubeconfig });
  await operator.until('view', 'exposedapis');
  await operator.until('view', 'forbidden');
  await operator.until('view', "Give the operator's ServiceAccount the rights");
  await eventually(
    'the lease is refused, too',
    async () => (await operator.seen()).parts['worker']?.detail.includes('lease') ?? false,
    45_000,
  );
  const lines = await operator.warnings('Watching failed');
  const kinds = lines.map((line) => z.object({ reflector: z.string() }).parse(JSON.parse(line)).reflector);
  expect(kinds).toEqual([...new Set(kinds)]);
  expect(operator.isAlive()).toBe(true);
}, 90_000);

test.each([
  ['is not there', undefined, 'cannot be read'],
  ['holds no key', '\n', 'must hold a key of at least 32 characters'],
])(
  'where the file of the record keys %s the process lives and says so, until it is right',
  async (_what, text, words) => {
    const file = join(stack.directory, uniqueName('keys'));
    if (text !== undefined) await writeFile(file, text);
    const operator = await startWith({ RECORD_KEY_FILE: file });
    await operator.until('recordKeys', words);
    expect(await operator.seen()).toMatchObject({ ready: false });
    await putWhole(file, 'a-key-that-is-long-enough-to-be-one');
    await operator.until('recordKeys', 'keys: 1');
    expect(await operator.warnings('RECORD_KEY_FILE')).toHaveLength(1);
  },
);

test.each([
  ['is not there', undefined, 'cannot be read'],
  ['is no JSON', 'secret', 'is not JSON'],
])(
  'where the credentials of the gateway %s the process lives and says so, until they are right',
  async (_what, text, words) => {
    const file = join(stack.directory, uniqueName('credentials'));
    if (text !== undefined) await writeFile(file, text);
    const operator = await startWith({ APIG_AUTH_FILE: file });
    await operator.until('gateway', `APIG_AUTH_FILE ${file} ${words}`);
    expect(await operator.seen()).toMatchObject({ ready: false });
    await putWhole(file, '{"bearer": "token"}');
    await eventually('it is ready', async () => (await operator.seen()).ready, 45_000);
    expect(await operator.warnings('APIG_AUTH_FILE')).toHaveLength(1);
  },
  90_000,
);

test('a Secret that is mounted as optional and is missing is named with its key, until it is there', async () => {
  const folder = join(stack.directory, uniqueName('api-key'));
  await mkdir(folder);
  const operator = await startWith({
    TEMPORAL_API_KEY_FILE: join(folder, 'api-key'),
    // The server of the stack speaks no TLS, which a key would switch on.
    TEMPORAL_TLS: 'false',
    SECRET_FOLDERS: `${folder}=temporal-key`,
  });
  const words = "The Secret temporal-key is not in this pod's namespace. Create it with api-key";
  await operator.until('temporal', words);
  expect(await operator.seen()).toMatchObject({ ready: false });
  await putWhole(join(folder, 'api-key'), 'a-key\n');
  await eventually('it is ready', async () => (await operator.seen()).ready, 45_000);
  expect(await operator.warnings(words)).toHaveLength(1);
}, 90_000);
