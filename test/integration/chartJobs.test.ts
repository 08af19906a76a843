import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import type { KubernetesObject } from '@kubernetes/client-node';
import { applyManifests } from '../../deploy/dev/stack/manifests.ts';
import { runTool, type ToolResult } from '../../deploy/dev/stack/runTool.ts';
import { NODE_FLAGS } from '../../src/app/nodeFlags.ts';
import { ANNOTATIONS, FINALIZER, SEARCH_ATTRIBUTE_TYPES } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { hooksAt, named, podsOf } from '../support/chart/chartObjects.ts';
import { renderChart } from '../support/chart/renderChart.ts';
import { accountKubeconfig } from '../support/cluster/accountKubeconfig.ts';
import { LEGACY_API } from '../support/cluster/userApis.ts';
import { uniqueName } from '../support/stack/stack.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';
import { useOperator } from '../support/stack/useOperator.ts';
import { startRefusingTemporal } from '../support/temporal/refusingTemporal.ts';

const MAIN = fileURLToPath(new URL('../../src/app/main.ts', import.meta.url));

const directory = temporaryDirectory();
const setUp = useOperator('jobs', { namespaces: ['jobs-home'] });
const { stack, namespace, user } = setUp;
const [home = ''] = setUp.namespaces;

type Values = Readonly<Record<string, unknown>>;

const render = async (values: Values = {}): Promise<readonly KubernetesObject[]> =>
  await renderChart(
    undefined,
    {
      'image.repository': 'registry.example/apig',
      'temporal.address': stack.temporalAddress,
      'watch.namespaces': [namespace],
      ...values,
    },
    home,
  );

/** Runs what a Job or Pod of the chart runs, with its variables and these. */
async function runPod(
  object: KubernetesObject,
  environment: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<ToolResult> {
  const [pod] = podsOf([object], home);
  const { args = [], env = [] } = pod?.spec.containers[0] ?? {};
  const own = Object.fromEntries(
    env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  const command = [...NODE_FLAGS, MAIN, ...args, ...more];
  return await runTool(process.execPath, command, {
    environment: { ...process.env, ...own, ...environment },
  });
}

/** The rights of a hook, and a kubeconfig of its account. */
async function enter(objects: readonly KubernetesObject[], event: string): Promise<string> {
  const hooks = hooksAt(objects, event);
  await applyManifests(
    stack.kubeConfig,
    hooks.filter(({ kind }) => kind === 'ServiceAccount' || kind?.startsWith('Role')),
  );
  const name = hooks.find(({ kind }) => kind === 'ServiceAccount')?.metadata?.name ?? '';
  return await accountKubeconfig(stack.kubeConfig, directory, { namespace: home, name });
}

describe('apig-orchestrator setup, as the chart runs it', () => {
  const temporalNamespace = uniqueName('setup');
  const known = async (): Promise<readonly string[]> => {
    const connection = await Connection.connect({ address: stack.temporalAddress });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: temporalNamespace,
    });
    await connection.close();
    return Object.keys(customAttributes ?? {}).filter((name) => name in SEARCH_ATTRIBUTE_TYPES);
  };
  const setup = async (values: Values, ...more: readonly string[]): Promise<ToolResult> =>
    runPod(named(await render(values), 'Job', '-setup'), { KUBECONFIG: '/nowhere' }, more);

  beforeAll(async () => {
    const connection = await Connection.connect({ address: stack.temporalAddress });
    await connection.workflowService.registerNamespace({
      namespace: temporalNamespace,
      // A whole number does for the SDK's Long.
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await connection.close();
  });

  test('adds the search attributes to a Temporal namespace that has none, and does so again without harm', async () => {
    const isThere = async (): Promise<boolean> => {
      const { code } = await setup({ 'temporal.namespace': temporalNamespace });
      return code === 0;
    };
    // A namespace that was just made takes a moment to be known.
    await eventually('the set-up is done', isThere, 60_000);
    expect((await known()).toSorted()).toEqual(Object.keys(SEARCH_ATTRIBUTE_TYPES).toSorted());
    const again = await setup({ 'temporal.namespace': temporalNamespace });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('All 10 search attributes are there already');
  }, 120_000);

  test.each([
    ['without the right', 7],
    ['on a server without that service', 12],
  ])(
    '%s it says what an administrator runs, and that is no failure',
    async (_what, grpc) => {
      const temporal = await startRefusingTemporal(grpc);
      try {
        const { code, stdout } = await setup({ 'temporal.address': temporal.address });
        expect(code).toBe(0);
        expect(stdout).toContain(
          `temporal operator search-attribute create --address ${temporal.address} --namespace default --name OdaNamespace --type Keyword`,
        );
      } finally {
        await temporal.close();
      }
    },
    60_000,
  );

  test('where Temporal cannot be reached it ends in time, and says what to do', async () => {
    const { code, stderr } = await setup({ 'temporal.address': '127.0.0.1:1' }, '--timeout=8s');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Temporal cannot be reached at 127\.0\.0\.1:1\. Check TEMPORAL_ADDRESS.*Given up after 8 s/s,
    );
  }, 60_000);

  test('a namespace that is missing is told at once', async () => {
    const { code, stderr } = await setup({ 'temporal.namespace': 'nowhere' });
    expect(code).toBe(1);
    expect(stderr).toContain('has no namespace nowhere. Create it, or correct TEMPORAL_NAMESPACE.');
  }, 60_000);
});

describe('the uninstall hooks, under the rights that the chart gives them', () => {
  test('refuse names what would be left, of both kinds, and changes nothing', async () => {
    await user.create('held');
    await user.create('held-legacy', { specification: 'https://specs.example/TMF620.json' }, LEGACY_API);
    await user.untilCondition('held', 'Registered', 'True Confirmed');
    await user.untilCondition('held-legacy', 'Registered', 'True Confirmed', LEGACY_API);
    const objects = await render();
    const KUBECONFIG = await enter(objects, 'pre-delete');
    const { code, stderr } = await runPod(named(objects, 'Job', '-check-removal'), { KUBECONFIG });
    expect(code).toBe(1);
    expect(stderr).toContain('2 APIs of this operator would be left');
    expect(stderr).toContain(`  ${namespace}/held\n  ${namespace}/held-legacy (API)\n`);
    expect(stderr).toContain('helm uninstall --no-hooks');
  }, 90_000);

  test('drain waits for a deletion, then lets the others go, and a later operator goes on without a call', async () => {
    const objects = await render({ 'uninstall.policy': 'drain' });
    const KUBECONFIG = await enter(objects, 'pre-delete');
    await user.create('leaving');
    await user.untilCondition('leaving', 'Registered', 'True Confirmed');
    setUp.gateway.addFault({ kind: 'status', status: 503 });
    await user.remove('leaving');
    const waiting = await runPod(named(objects, 'Job', '-check-removal'), { KUBECONFIG }, ['--timeout=8s']);
    expect(waiting.code).toBe(1);
    expect(waiting.stderr).toMatch(
      /could not be removed from the gateway within 8 s:\n {2}\S+\/leaving: is being deleted/,
    );
    setUp.gateway.clearFaults();
    await user.patch('leaving', { metadata: { annotations: { [ANNOTATIONS.reconcileRequestedAt]: 'now' } } });
    const check = await runPod(named(objects, 'Job', '-check-removal'), { KUBECONFIG });
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toContain('2 APIs will be let go after the operator.');
    expect(await user.get('leaving')).toBeUndefined();

    await setUp.operator.process.stop();
    const before = setUp.gateway.ledger({}).length;
    const released = await runPod(named(objects, 'Job', '-release-apis'), { KUBECONFIG });
    expect(released).toMatchObject({ code: 0, stderr: '' });
    expect(released.stdout).toContain('2 APIs have no finalizer of the operator any more.');
    const held = await user.get('held');
    expect(held?.metadata.finalizers).toEqual([]);
    expect(held?.status.apig['registered']).toBeDefined();

    await setUp.operator.process.start();
    await eventually(
      'the finalizer is back',
      async () => ((await user.get('held'))?.metadata.finalizers ?? []).includes(FINALIZER),
      45_000,
    );
    expect(setUp.gateway.ledger({})).toHaveLength(before);
  }, 180_000);
});

describe('helm test, under the rights that the chart gives it', () => {
  test('has an API registered at the gateway and removed again', async () => {
    const objects = await render();
    const KUBECONFIG = await enter(objects, 'test');
    const pod = named(objects, 'Pod', '-probe');
    const { code, stdout, stderr } = await runPod(pod, { KUBECONFIG, POD_IP: '127.0.0.1' }, ['--port=0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/was registered at the gateway after .* was removed from the gateway after /s);
    const calls = setUp.gateway.ledger({ name: 'apig-apig-orchestrator-probe' });
    expect(calls).toHaveLength(2);
    expect(await user.get('apig-apig-orchestrator-probe')).toBeUndefined();
  }, 90_000);

  test('says what is wrong where no operator serves the API, and leaves nothing behind', async () => {
    const objects = await render({ 'watch.namespaces': [], 'test.namespace': home });
    const KUBECONFIG = await enter(objects, 'test');
    await setUp.operator.process.stop();
    const { code, stderr } = await runPod(
      named(objects, 'Pod', '-probe'),
      { KUBECONFIG, POD_IP: '127.0.0.1' },
      ['--port=0', '--timeout=8s'],
    );
    expect(code).toBe(1);
    expect(stderr).toContain('No operator has looked at it.');
  }, 60_000);
});
