import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CoreV1Api, type KubernetesObject } from '@kubernetes/client-node';
import { z } from 'zod';
import { writeKubeconfig } from '../../deploy/dev/stack/kubeconfig.ts';
import { applyManifests, readManifests } from '../../deploy/dev/stack/manifests.ts';
import { gatewayLease } from '../../src/domain/kubernetes/names.ts';
import { helmChart, RELEASE_NAMESPACE, renderChart } from '../support/chart/renderChart.ts';
import { strictDryRun } from '../support/cluster/strictDryRun.ts';
import { createOperator } from '../support/stack/operator.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const VARIANTS = ['minimal', 'namespaced', 'split'] as const;
const MINIMAL = { 'image.repository': 'registry.example/apig', 'temporal.address': 'temporal:7233' };
/** A pod is only let in where its ServiceAccount is. */
const DEFAULT_ACCOUNT = { 'serviceAccount.create': false, 'serviceAccount.name': 'default' };
/** Their definitions are the Prometheus operator's. */
const MONITORING = 'monitoring.coreos.com/v1';

const ruleSchema = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});
const roleSchema = z.object({ rules: z.array(ruleSchema) });
const templateSchema = z.object({
  spec: z.object({ template: z.looseObject({ metadata: z.looseObject({}) }) }),
});

const directory = temporaryDirectory();
const setUp = useOperator('chart', { isStarted: false, namespaces: ['chart-own', 'chart-other'] });
const { stack, namespace, user } = setUp;
const [own = '', other = ''] = setUp.namespaces;

/** The pod that a Deployment makes. */
function podOf(deployment: unknown): KubernetesObject {
  const { template } = templateSchema.parse(deployment).spec;
  const metadata = { ...template.metadata, name: 'pod', namespace: own };
  return { ...template, apiVersion: 'v1', kind: 'Pod', metadata };
}

function rulesOf(objects: readonly KubernetesObject[], kind: string): readonly z.infer<typeof ruleSchema>[] {
  return objects.filter((object) => object.kind === kind).flatMap((role) => roleSchema.parse(role).rules);
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
    const set = variant === 'namespaced' ? { 'watch.namespaces': [namespace, other] } : {};
    const objects = await renderChart(variant, set, own);
    for (const object of objects.filter(({ apiVersion }) => apiVersion !== MONITORING))
      await strictDryRun(stack.kubeConfig, object);
    expect(objects.length).toBeGreaterThan(5);
  });

  test.each(VARIANTS)('makes pods of the level "restricted": %s', async (variant) => {
    const core = stack.kubeConfig.makeApiClient(CoreV1Api);
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await core.patchNamespace({ name: own, body: [{ op: 'add', path: '/metadata/labels', value: labels }] });
    const objects = await renderChart(variant, DEFAULT_ACCOUNT, own);
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect(deployments).toHaveLength(variant === 'split' ? 2 : 1);
    for (const deployment of deployments) await strictDryRun(stack.kubeConfig, podOf(deployment));
    // So it is the level that lets them in.
    const set = {
      ...DEFAULT_ACCOUNT,
      'securityContext.readOnlyRootFilesystem': false,
      'securityContext.allowPrivilegeEscalation': true,
    };
    const [loose] = (await renderChart(variant, set, own)).filter(({ kind }) => kind === 'Deployment');
    await expect(strictDryRun(stack.kubeConfig, podOf(loose))).rejects.toThrow(
      'violates PodSecurity "restricted:latest"',
    );
  });
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
    const clusterWide = rulesOf(await renderChart(undefined, set), 'ClusterRole');
    const sorted = (rules: readonly unknown[]): readonly string[] =>
      rules.map((rule) => JSON.stringify(rule)).toSorted();
    expect(sorted(clusterWide)).toEqual(sorted(expected));

    const narrow = await renderChart(undefined, { ...set, 'watch.namespaces': ['a'] });
    expect(narrow.filter(({ kind }) => kind?.startsWith('Cluster'))).toEqual([]);
    const inNamespace = narrow.filter(({ kind, metadata }) => kind === 'Role' && metadata?.namespace === 'a');
    expect(sorted(rulesOf(inNamespace, 'Role'))).toEqual(sorted(expected));
  });

  test('allow no more of leases than to create one, and to read, watch and renew the own one', async () => {
    const rules = rulesOf(
      await renderChart(undefined, { ...MINIMAL, clusterName: 'one' }, RELEASE_NAMESPACE),
      'Role',
    );
    const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    expect(rules).toEqual([
      { ...leases, verbs: ['create'] },
      { ...leases, resourceNames: [gatewayLease('one')], verbs: ['get', 'update', 'watch'] },
    ]);
  });

  test('are all that the operator needs, in namespaces of their own, to register and remove an API', async () => {
    const cluster = `chart-${own.slice(-8)}`;
    const set = { ...MINIMAL, 'watch.namespaces': [namespace], clusterName: cluster };
    const objects = await renderChart(undefined, set, own);
    await applyManifests(
      stack.kubeConfig,
      objects.filter(({ kind }) => kind === 'ServiceAccount' || kind?.startsWith('Role')),
    );
    const account = objects.find(({ kind }) => kind === 'ServiceAccount')?.metadata?.name ?? '';
    const core = stack.kubeConfig.makeApiClient(CoreV1Api);
    const { status } = await core.createNamespacedServiceAccountToken({
      namespace: own,
      name: account,
      body: { spec: { audiences: [], expirationSeconds: 3_600 } },
    });
    const current = stack.kubeConfig.getCurrentCluster();
    const path = join(directory, 'kubeconfig');
    await writeKubeconfig(path, {
      server: current?.server ?? '',
      ca: Buffer.from(current?.caData ?? '', 'base64').toString(),
      user: account,
      token: status?.token ?? '',
      namespace: own,
    });
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
      expect(await setUp.events('charted')).toContain('Normal Registered');
      await user.remove('charted');
      await user.untilGone('charted');
      expect(setUp.gateway.table()).toEqual([]);
    } finally {
      await operator.process.stop();
    }
  }, 90_000);
});
