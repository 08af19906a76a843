import { fileURLToPath } from 'node:url';
import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { runTool, type ToolResult } from '../../deploy/dev/stack/runTool.ts';
import { Toolchain } from '../../deploy/dev/stack/toolchain.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useStack } from '../support/stack/stack.ts';

const CHART = fileURLToPath(new URL('../../deploy/chart', import.meta.url));
const NAME = 'apig-apig-orchestrator';

const stack = useStack();
const batch = stack.kubeConfig.makeApiClient(BatchV1Api);
const apps = stack.kubeConfig.makeApiClient(AppsV1Api);
const core = stack.kubeConfig.makeApiClient(CoreV1Api);
const rbac = stack.kubeConfig.makeApiClient(RbacAuthorizationV1Api);
const toolchain = new Toolchain({ environment: process.env, onProgress: () => undefined });

let namespace: string;
beforeAll(async () => {
  namespace = await stack.createNamespace('uninstall');
});

async function helm(...args: readonly string[]): Promise<ToolResult> {
  const common = [`--namespace=${namespace}`, `--kubeconfig=${stack.kubeconfigPath}`, '--timeout=60s'];
  return await runTool(await toolchain.path('helm'), [...args, ...common]);
}

const install = async (): Promise<ToolResult> =>
  await helm(
    'install',
    'apig',
    CHART,
    '--set=image.repository=registry.example/apig,temporal.address=temporal:7233,setup.enabled=false',
    `--set=watch.namespaces={${namespace}}`,
  );

/** The stack runs no pods: a Job ends as the test says. */
async function end(job: string, type: 'Complete' | 'Failed'): Promise<void> {
  const name = `${NAME}-${job}`;
  const isMade = async (): Promise<boolean> => {
    const { items } = await batch.listNamespacedJob({ namespace });
    // One of before has ended already, and Helm takes it away first.
    return items.some(({ metadata, status }) => metadata?.name === name && status?.conditions === undefined);
  };
  await eventually(`Helm has made ${name}`, isMade, 30_000);
  const now = new Date().toISOString();
  const because = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [because, type].map((one) => ({ type: one, status: 'True', lastTransitionTime: now }));
  const ended = type === 'Complete' ? { completionTime: now, succeeded: 1 } : { failed: 1 };
  await batch.patchNamespacedJobStatus(
    { namespace, name, body: { status: { startTime: now, conditions, ...ended } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}

/** What of the release and its hooks is there. */
async function left(): Promise<readonly string[]> {
  const [deployments, accounts, roles, jobs] = await Promise.all([
    apps.listNamespacedDeployment({ namespace }),
    core.listNamespacedServiceAccount({ namespace }),
    rbac.listNamespacedRole({ namespace }),
    batch.listNamespacedJob({ namespace }),
  ]);
  return [deployments, accounts, roles, jobs]
    .flatMap(({ items }) => items.map(({ metadata }) => metadata?.name ?? ''))
    .filter((name) => name.startsWith(NAME));
}

test('a check that fails stops the uninstall, and the release can be upgraded to another policy', async () => {
  expect(await install()).toMatchObject({ code: 0 });
  const refused = helm('uninstall', 'apig');
  await end('check-removal', 'Failed');
  expect(await refused).toMatchObject({ code: 1, stderr: expect.stringContaining('check-removal failed') });
  expect(await left()).toEqual([NAME, NAME, NAME, `${NAME}-lease`, `${NAME}-check-removal`]);

  const policy = ['upgrade', 'apig', CHART, '--reset-then-reuse-values', '--set=uninstall.policy=drain'];
  // So it takes a rollback first, as the message of the check says.
  expect(await helm(...policy)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no deployed releases'),
  });
  expect(await helm('rollback', 'apig', '1')).toMatchObject({ code: 0 });
  expect(await helm(...policy)).toMatchObject({ code: 0 });
}, 180_000);

test('the hooks of a drain run before and after the operator, each with its rights, and leave nothing', async () => {
  const uninstalled = helm('uninstall', 'apig');
  await end('check-removal', 'Complete');
  const isAfter = async (): Promise<boolean> => (await left()).includes(`${NAME}-release-apis`);
  await eventually('the operator is gone and the hook is there', isAfter, 30_000);
  expect(await left()).toEqual([`${NAME}-uninstall`, `${NAME}-uninstall`, `${NAME}-release-apis`]);
  await end('release-apis', 'Complete');
  expect(await uninstalled).toMatchObject({ code: 0 });
  expect(await left()).toEqual([]);
}, 180_000);

test('--no-hooks uninstalls without the check', async () => {
  expect(await install()).toMatchObject({ code: 0 });
  expect(await helm('uninstall', 'apig', '--no-hooks')).toMatchObject({ code: 0 });
  expect(await left()).toEqual([]);
}, 120_000);
