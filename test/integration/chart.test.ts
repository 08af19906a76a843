import { fileURLToPath } from 'node:url';
import { CoreV1Api } from '@kubernetes/client-node';
import { applyManifests, readManifests } from '../../deploy/dev/stack/manifests.ts';
import { z } from 'zod';
import { gatewayLease, ODA_GROUP } from '../../src/domain/kubernetes/names.ts';
import {
  type ChartPod,
  hooksAt,
  isHook,
  named,
  podsOf,
  rulesOf,
  selectorsOf,
} from '../support/chart/chartObjects.ts';
import { type ChartObject, helmChart, RELEASE_NAMESPACE, renderChart } from '../support/chart/renderChart.ts';
import { accountKubeconfig } from '../support/cluster/accountKubeconfig.ts';
import { strictDryRun } from '../support/cluster/strictDryRun.ts';
import { createOperator } from '../support/stack/operator.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const VARIANTS = ['minimal', 'namespaced', 'split', 'trial'] as const;
const MINIMAL = { 'image.repository': 'registry.example/apig', 'temporal.address': 'temporal:7233' };
/** A pod is only let in where its ServiceAccount is. */
const DEFAULT_ACCOUNT = {
  'serviceAccount.create': false,
  'serviceAccount.name': 'default',
  'rbac.create': false,
  'hooks.serviceAccountName': 'default',
};
const DEFINITION = 'CustomResourceDefinition';
/** Their definitions are the Prometheus operator's. */
const MONITORING = 'monitoring.coreos.com/v1';

const directory = temporaryDirectory();
const setUp = useOperator('chart', { isStarted: false, namespaces: ['chart-own', 'chart-other'] });
const { stack, namespace, user } = setUp;
const [own = '', other = ''] = setUp.namespaces;

/** The stack has the definitions already. */
function ofAnotherGroup(definition: ChartObject): ChartObject {
  const name = definition.metadata.name.replace(ODA_GROUP, 'oda.example.org');
  const spec = { ...z.looseObject({}).parse(definition['spec']), group: 'oda.example.org' };
  return { ...definition, metadata: { name }, spec };
}

describe('the chart', () => {
  test.each(VARIANTS)('passes helm lint: %s', async (variant) => {
    const { code, stdout, stderr } = await helmChart('lint', variant);
    expect({ code, said: `${stdout}${stderr}` }).toEqual({
      code: 0,
      said: expect.not.stringContaining('[WARNING]'),
    });
  });

  test.each([
    ['image.repository', '', '/image/repository'],
    ['temporal.address', 'temporal', '/temporal/address'],
    ['replicaCount', 'two', '/replicaCount'],
    ['replicas', 2, "'replicas' not allowed"],
    ['mode', 'both', '/mode'],
    ['httpPort', 0, '/httpPort'],
    ['clusterName', 'Upper', '/clusterName'],
    ['componentController', 'internal', '/componentController'],
    ['watch.namespaces', ['Not A Name'], '/watch/namespaces/0'],
    ['terminationGracePeriodSeconds', 10, '/terminationGracePeriodSeconds'],
    ['settings.APIG_TIMEOUT', 'soon', '/settings/APIG_TIMEOUT'],
    ['settings.APIG_PATH_CHANGE', 'never', '/settings/APIG_PATH_CHANGE'],
    ['settings.APIG_TIMEOT', '10s', "'APIG_TIMEOT' not allowed"],
    ['settings.APIG_ENDPOINT', 'gateway:8080', "'APIG_ENDPOINT' not allowed"],
    ['gateway.auth.secret', 'credentials', "'secret' not allowed"],
    ['uninstall.policy', 'force', '/uninstall/policy'],
    ['setup.timeoutSeconds', 0, '/setup/timeoutSeconds'],
    ['test.specification', 'ftp://x', '/test/specification'],
    ['test.namespace', 'Upper', '/test/namespace'],
    ['hooks.image', 'other', "'image' not allowed"],
    ['temporal.devServer.enabled', 'yes', '/temporal/devServer/enabled'],
    ['temporal.devServer.image.digest', 'latest', '/temporal/devServer/image/digest'],
    ['temporal.devServer.persistence', true, "'persistence' not allowed"],
    ['simulator.enabled', 1, '/simulator/enabled'],
    ['simulator.namespace', 'Upper', '/simulator/namespace'],
    ['crds.enabled', 'true', '/crds/enabled'],
    ['crds.keep', false, "'keep' not allowed"],
  ])('refuses %s: %j, and names it', async (name, value, complaint) => {
    const { code, stderr } = await helmChart('template', undefined, { ...MINIMAL, [name]: value });
    expect(code).toBe(1);
    expect(stderr).toContain(complaint);
  });

  test('asks for what has no default', async () => {
    const { stderr } = await helmChart('template', undefined);
    expect(stderr).toContain('/image/repository');
    expect(stderr).toContain('/temporal/address');
    expect(stderr.match(/^- at/gm)).toHaveLength(2);
  });

  test.each(VARIANTS)('is accepted by the API server, strict about every field: %s', async (variant) => {
    const set =
      variant === 'namespaced' ? { 'watch.namespaces': [namespace, other] } : { 'test.namespace': other };
    const objects = await renderChart(variant, set, own);
    // Pods come in the next test, under an account that is there.
    for (const object of objects.filter(
      ({ apiVersion, kind }) => apiVersion !== MONITORING && kind !== 'Pod',
    ))
      await strictDryRun(stack.kubeConfig, object.kind === DEFINITION ? ofAnotherGroup(object) : object);
    expect(objects.length).toBeGreaterThan(5);
    expect(objects.some(isHook)).toBe(true);
  });

  test.each(VARIANTS)('makes pods of the level "restricted": %s', async (variant) => {
    const core = stack.kubeConfig.makeApiClient(CoreV1Api);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await core.patchNamespace({ name: own, body: [{ op: 'add', path: '/metadata/labels', value: labels }] });
    const objects = await renderChart(variant, DEFAULT_ACCOUNT, own);
    const pods = podsOf(objects, own);
    // Of the operator, and of the setup, the uninstall and the test; in a trial of Temporal and the gateway, too.
    expect(pods).toHaveLength({ minimal: 4, namespaced: 4, split: 6, trial: 6 }[variant]);
    for (const pod of pods) await strictDryRun(stack.kubeConfig, pod);
    // So it is the level that lets them in.
    const set = {
      ...DEFAULT_ACCOUNT,
      'securityContext.readOnlyRootFilesystem': false,
      'securityContext.allowPrivilegeEscalation': true,
    };
    for (const loose of podsOf(await renderChart(variant, set, own), own))
      await expect(strictDryRun(stack.kubeConfig, loose)).rejects.toThrow(
        'violates PodSecurity "restricted:latest"',
      );
  });
});

test('no selector of the operator takes the pods of a hook in, and each has a NetworkPolicy of its own', async () => {
  const objects = await renderChart('split', { 'uninstall.policy': 'drain' });
  const operators = objects.filter((object) => !isHook(object));
  const hooks = objects.filter(isHook);
  const takesIn = (selector: ReturnType<typeof selectorsOf>[number], pod: ChartPod): boolean =>
    Object.entries(selector).every(([name, value]) => pod.metadata.labels[name] === value);
  // Deployments, PodDisruptionBudgets, the NetworkPolicy and the PodMonitor.
  expect(selectorsOf(operators)).toHaveLength(6);
  expect(podsOf(hooks, 'x')).toHaveLength(4);
  for (const pod of podsOf(hooks, 'x')) {
    expect(selectorsOf(operators).filter((selector) => takesIn(selector, pod))).toEqual([]);
    expect(selectorsOf(hooks).filter((selector) => takesIn(selector, pod))).toHaveLength(1);
  }
  for (const pod of podsOf(operators, 'x'))
    expect(selectorsOf(operators).filter((selector) => takesIn(selector, pod))).toHaveLength(4);
});

test('the setup has no token, and of the Secrets only that of Temporal', async () => {
  const job = named(await renderChart('namespaced'), 'Job', '-setup');
  const [pod] = podsOf([job], 'x');
  expect(pod?.spec).toMatchObject({
    automountServiceAccountToken: false,
    volumes: [
      { name: 'temporal', secret: { secretName: 'temporal-tls', optional: true } },
      { name: 'temporal-api-key', secret: { secretName: 'temporal-key', optional: true } },
    ],
  });
  const variables = pod?.spec.containers[0].env.map(({ name }) => name) ?? [];
  expect(variables).toContain('TEMPORAL_API_KEY_FILE');
  expect(variables.filter((name) => !name.startsWith('TEMPORAL_'))).toEqual(['SECRET_FOLDERS']);
});

test.each([
  ['setup.enabled', false, 'post-install'],
  ['uninstall.policy', 'ignore', 'pre-delete'],
  ['test.enabled', false, 'test'],
])('with %s %j nothing runs at %s', async (name, value, event) => {
  expect(hooksAt(await renderChart(undefined, MINIMAL), event)).not.toEqual([]);
  expect(hooksAt(await renderChart(undefined, { ...MINIMAL, [name]: value }), event)).toEqual([]);
});

test.each([
  [{ 'watch.namespaces': ['a'], 'test.namespace': 'b' }, 'test.namespace: the operator does not watch b'],
  [{ 'rbac.create': false, 'uninstall.policy': 'drain' }, 'hooks.serviceAccountName: uninstall.policy=drain'],
])('values that do not fit together are refused with their name: %j', async (set, complaint) => {
  const { code, stderr } = await helmChart('template', undefined, { ...MINIMAL, ...set });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(complaint) });
});

describe('the roles of the chart', () => {
  test.each([
    ['external', ['apig-orchestrator']],
    ['embedded', ['apig-orchestrator', 'apig-orchestrator-component-controller']],
  ])('allow with the component controller %s what deploy/rbac allows', async (controller, roles) => {
    const all = await readManifests(fileURLToPath(new URL('../../deploy/rbac', import.meta.url)));
    const expected = rulesOf(
      all.filter(({ metadata }) => roles.some((name) => name === metadata?.name)),
      'ClusterRole',
    );
    const set = { ...MINIMAL, componentController: controller };
    const render = async (more: object = {}): Promise<readonly ChartObject[]> =>
      (await renderChart(undefined, { ...set, ...more })).filter((object) => !isHook(object));
    const clusterWide = rulesOf(await render(), 'ClusterRole');
    const sorted = (rules: readonly unknown[]): readonly string[] =>
      rules.map((rule) => JSON.stringify(rule)).toSorted();
    expect(sorted(clusterWide)).toEqual(sorted(expected));

    const narrow = await render({ 'watch.namespaces': ['a'] });
    expect(narrow.filter(({ kind }) => kind?.startsWith('Cluster'))).toEqual([]);
    const inNamespace = narrow.filter(({ kind, metadata }) => kind === 'Role' && metadata?.namespace === 'a');
    expect(sorted(rulesOf(inNamespace, 'Role'))).toEqual(sorted(expected));
  });

  test('allow no more of leases than to create one, and to read, watch and renew the own one', async () => {
    const objects = await renderChart(undefined, { ...MINIMAL, clusterName: 'one' }, RELEASE_NAMESPACE);
    const rules = rulesOf(
      objects.filter((object) => !isHook(object)),
      'Role',
    );
    const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    expect(rules).toEqual([
      { ...leases, verbs: ['create'] },
      { ...leases, resourceNames: [gatewayLease('one')], verbs: ['get', 'update', 'watch'] },
    ]);
  });

  test.each([
    ['refuse', ['list']],
    ['drain', ['list', 'patch']],
  ])(
    'allow the uninstall with the policy %s just %j of APIs, where the operator watches',
    async (policy, verbs) => {
      const set = { ...MINIMAL, 'uninstall.policy': policy };
      const rules = [{ apiGroups: ['oda.tmforum.org'], resources: ['exposedapis', 'apis'], verbs }];
      const clusterWide = hooksAt(await renderChart(undefined, set), 'pre-delete');
      expect(rulesOf(clusterWide, 'ClusterRole')).toEqual(rules);
      const narrow = hooksAt(
        await renderChart(undefined, { ...set, 'watch.namespaces': ['a', 'b'] }),
        'pre-delete',
      );
      expect(narrow.filter(({ kind }) => kind?.startsWith('Cluster'))).toEqual([]);
      expect(rulesOf(narrow, 'Role')).toEqual([...rules, ...rules]);
    },
  );

  test('allow the test to create APIs in one namespace, and to see and delete the one of its name', async () => {
    const objects = hooksAt(await renderChart(undefined, { ...MINIMAL, 'test.namespace': 'a' }), 'test');
    const apis = { apiGroups: ['oda.tmforum.org'], resources: ['exposedapis', 'apis'] };
    expect(rulesOf(objects, 'ClusterRole')).toEqual([]);
    expect(rulesOf(objects, 'Role')).toEqual([
      { ...apis, verbs: ['create'] },
      { ...apis, resourceNames: ['apig-apig-orchestrator-probe'], verbs: ['get', 'delete'] },
    ]);
    expect(objects.find(({ kind }) => kind === 'Role')?.metadata?.namespace).toBe('a');
  });

  test('are all that the operator needs, in namespaces of their own, to register and remove an API', async () => {
    const cluster = `chart-${own.slice(-8)}`;
    const set = { ...MINIMAL, 'watch.namespaces': [namespace], clusterName: cluster };
    const objects = (await renderChart(undefined, set, own)).filter((object) => !isHook(object));
    await applyManifests(
      stack.kubeConfig,
      objects.filter(({ kind }) => kind === 'ServiceAccount' || kind?.startsWith('Role')),
    );
    const name = objects.find(({ kind }) => kind === 'ServiceAccount')?.metadata?.name ?? '';
    const path = await accountKubeconfig(stack.kubeConfig, directory, { namespace: own, name });
    const operator = await createOperator(stack, {
      namespaces: [namespace],
      gatewayUrl: setUp.gateway.url,
      cluster,
      settings: { KUBECONFIG: path, POD_NAMESPACE: own },
    });
    await operator.process.start();
    try {
      await user.create('charted');
      await user.untilCondition('charted', 'Ready', 'True Available');
      await setUp.events('charted').until('Normal Registered');
      await user.remove('charted');
      await user.untilGone('charted');
      expect(setUp.gateway.table()).toEqual([]);
    } finally {
      await operator.process.stop();
    }
  }, 90_000);
});
