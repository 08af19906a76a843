import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuthenticationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { Client, Connection } from '@temporalio/client';
import { isPortFree } from '../../deploy/dev/stack/ports.ts';
import { startStack, type Stack } from '../../deploy/dev/stack/stack.ts';
import { waitUntil } from '../../deploy/dev/stack/waitUntil.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';

const directory = join(temporaryDirectory(), 'stack');
const ATTRIBUTE = 'OdaNamespace';
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ directory });
}, 120_000);

afterAll(async () => {
  await stack.stop();
}, 60_000);

function load(path: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(path);
  return kubeConfig;
}

async function readMarker(): Promise<string | undefined> {
  const marker = await load(stack.kubeconfigPath)
    .makeApiClient(CoreV1Api)
    .readNamespacedConfigMap({ name: 'marker', namespace: 'default' });
  return marker.data?.['is'];
}

async function withTemporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    return await work(new Client({ connection, namespace: stack.temporalNamespace }));
  } finally {
    await connection.close();
  }
}

async function markerStatus(): Promise<string> {
  return await withTemporal(
    async (client) => (await client.workflow.getHandle('marker').describe()).status.name,
  );
}

describe('the one-machine stack', () => {
  test('keeps what Kubernetes and Temporal hold over a restart of the API server and of Temporal', async () => {
    await load(stack.kubeconfigPath)
      .makeApiClient(CoreV1Api)
      .createNamespacedConfigMap({
        namespace: 'default',
        body: { metadata: { name: 'marker' }, data: { is: 'here' } },
      });
    await withTemporal(async (client) => {
      // No worker polls this queue: the workflow waits.
      await client.workflow.start('marker', {
        workflowId: 'marker',
        taskQueue: 'nobody',
        searchAttributes: { [ATTRIBUTE]: ['x'] },
      });
    });
    const address = stack.temporalAddress;
    await Promise.all([stack.apiserver.restart(), stack.temporal.restart()]);
    expect(stack.temporalAddress).toBe(address);
    expect(await readMarker()).toBe('here');
    expect(await markerStatus()).toBe('RUNNING');
  }, 60_000);

  test('gives the operator an access that is still good after the restart, and writes who asked to the audit log', async () => {
    const review = await load(stack.operatorKubeconfigPath)
      .makeApiClient(AuthenticationV1Api)
      .createSelfSubjectReview({ body: {} });
    const user = 'system:serviceaccount:apig-system:apig-orchestrator';
    expect(review.status?.userInfo?.username).toBe(user);
    const audit = (await readFile(stack.auditLogPath, 'utf8')).trim().split('\n');
    // The last line may be on its way.
    const entries = audit.filter((line) => line.endsWith('}')).map((line): unknown => JSON.parse(line));
    expect(entries).toContainEqual(
      expect.objectContaining({
        level: 'Metadata',
        verb: 'create',
        user: expect.objectContaining({ username: user }),
      }),
    );
  });

  test('frees its ports when it is stopped, and finds its data again when it is started in the same folder', async () => {
    const { ports } = stack;
    await stack.stop();
    expect(await Promise.all(Object.values(ports).map(isPortFree))).not.toContain(false);
    stack = await startStack({ directory });
    expect(await readMarker()).toBe('here');
    expect(await markerStatus()).toBe('RUNNING');
  }, 120_000);

  test('deletes the dependents of what is deleted as soon as it is started', async () => {
    const api = load(stack.kubeconfigPath).makeApiClient(CoreV1Api);
    const owner = await api.createNamespacedConfigMap({
      namespace: 'default',
      body: { metadata: { name: 'owner' } },
    });
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata?.uid ?? '' },
    ];
    await api.createNamespacedConfigMap({
      namespace: 'default',
      body: { metadata: { name: 'dependent', ownerReferences } },
    });
    await api.deleteNamespacedConfigMap({ namespace: 'default', name: 'owner' });
    const hasDependent = async (): Promise<boolean> =>
      (await api.listNamespacedConfigMap({ namespace: 'default' })).items.some(
        ({ metadata }) => metadata?.name === 'dependent',
      );
    await waitUntil(async () => !(await hasDependent()), {
      what: 'the dependent should have been deleted',
      timeoutMs: 20_000,
    });
  }, 30_000);
});
