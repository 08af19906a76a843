import { z } from 'zod';
import { RELEASE_NAMESPACE, renderChart, type ChartObject } from '../support/chart/renderChart.ts';
import { nameOfRight, readRoles, rightsOf, ruleSchema } from '../support/rights/rights.ts';

const MINIMAL = { 'image.repository': 'registry.example/apig', 'temporal.address': 'temporal:7233' };
const CONTROLLER_ROLE = 'apig-orchestrator-component-controller';

const rulesSchema = z.object({ rules: z.array(ruleSchema) });
const bindingSchema = z.object({
  metadata: z.object({ namespace: z.string().default('*') }),
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string(), namespace: z.string() })),
});
const deploymentSchema = z.object({
  spec: z.object({ template: z.object({ spec: z.object({ serviceAccountName: z.string() }) }) }),
});

const isKind =
  (...kinds: readonly string[]) =>
  ({ kind }: ChartObject): boolean =>
    kinds.includes(kind);

/** `<namespace>: <right>` of all that the pods of the Deployments may do, `*` for everywhere: followed from their account over its bindings. */
function rightsOfPods(objects: readonly ChartObject[]): readonly string[] {
  const accounts = objects
    .filter(isKind('Deployment'))
    .map((deployment) => deploymentSchema.parse(deployment).spec.template.spec.serviceAccountName);
  const found = objects
    .filter(isKind('RoleBinding', 'ClusterRoleBinding'))
    .map((binding) => bindingSchema.parse(binding))
    .filter(({ subjects }) =>
      subjects.some(
        ({ kind, name, namespace }) =>
          kind === 'ServiceAccount' && namespace === RELEASE_NAMESPACE && accounts.includes(name),
      ),
    )
    .flatMap(({ metadata: { namespace }, roleRef }) => {
      const roles = objects.filter(
        ({ kind, metadata }) =>
          kind === roleRef.kind &&
          metadata.name === roleRef.name &&
          (metadata.namespace ?? '*') === namespace,
      );
      return rightsOf(roles.map((role) => rulesSchema.parse(role))).map(
        (right) => `${namespace}: ${nameOfRight(right)}`,
      );
    });
  return [...new Set(found)].toSorted();
}

describe.each(['minimal', 'split'])('the pods of the chart (%s)', (variant) => {
  test.each([
    ['external', []],
    ['external', ['shop', 'bank']],
    ['embedded', []],
    ['embedded', ['shop', 'bank']],
  ])(
    'may do what deploy/rbac lists and nothing else: component controller %s, namespaces %j',
    async (componentController, namespaces) => {
      const roles = (await readRoles()).filter(
        ({ metadata }) => componentController === 'embedded' || metadata.name !== CONTROLLER_ROLE,
      );
      const watched = rightsOf(roles.filter(({ kind }) => kind === 'ClusterRole')).map(nameOfRight);
      const own = rightsOf(roles.filter(({ kind }) => kind === 'Role')).map(nameOfRight);
      const places = namespaces.length === 0 ? ['*'] : namespaces;
      const expected = [
        ...places.flatMap((place) => watched.map((right) => `${place}: ${right}`)),
        ...own.map((right) => `${RELEASE_NAMESPACE}: ${right}`),
      ];
      // The probe of `helm test` needs a namespace that is watched.
      const probed = namespaces.slice(0, 1).map((namespace) => ['test.namespace', namespace]);
      const set = {
        ...MINIMAL,
        componentController,
        'watch.namespaces': namespaces,
        ...Object.fromEntries(probed),
      };
      expect(rightsOfPods(await renderChart(variant, set))).toEqual(expected.toSorted());
    },
  );
});

test('no rule of deploy/rbac has a wildcard, or reaches Secrets, pods or roles', async () => {
  const all = (await readRoles()).flatMap(({ rules }) => rules);
  const words = all.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
  for (const word of [
    '*',
    '',
    'secrets',
    'pods',
    'rbac.authorization.k8s.io',
    'escalate',
    'bind',
    'impersonate',
  ])
    expect(words).not.toContain(word);
});
