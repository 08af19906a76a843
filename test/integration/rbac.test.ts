import { AuthorizationV1Api, CoreV1Api } from '@kubernetes/client-node';
import { useStack } from '../support/stack/stack.ts';

const stack = useStack();

async function mayOperator(
  verb: string,
  group: string,
  resource: string,
  namespace = 'default',
): Promise<boolean> {
  const [plural = '', subresource] = resource.split('/');
  const review = await stack.operatorKubeConfig
    .makeApiClient(AuthorizationV1Api)
    .createSelfSubjectAccessReview({
      body: {
        spec: {
          resourceAttributes: {
            verb,
            group,
            resource: plural,
            namespace,
            ...(subresource === undefined ? {} : { subresource }),
          },
        },
      },
    });
  return review.status?.allowed ?? false;
}

describe('the roles in deploy/rbac', () => {
  test.each([
    ['watch', 'oda.tmforum.org', 'exposedapis'],
    ['patch', 'oda.tmforum.org', 'exposedapis'],
    ['patch', 'oda.tmforum.org', 'exposedapis/status'],
    ['create', 'oda.tmforum.org', 'exposedapis'],
    ['delete', 'oda.tmforum.org', 'exposedapis'],
    ['patch', 'oda.tmforum.org', 'components'],
    ['watch', 'discovery.k8s.io', 'endpointslices'],
    ['create', 'events.k8s.io', 'events'],
    ['get', 'networking.k8s.io', 'ingresses'],
  ])('let the operator %s %s %s', async (verb, group, resource) => {
    expect(await mayOperator(verb, group, resource)).toBe(true);
  });

  test.each(['get', 'watch', 'create', 'update'])(
    "let the operator %s leases in its own namespace, and in nobody else's",
    async (verb) => {
      expect(await mayOperator(verb, 'coordination.k8s.io', 'leases', 'apig-system')).toBe(true);
      expect(await mayOperator(verb, 'coordination.k8s.io', 'leases', 'kube-system')).toBe(false);
    },
  );

  test.each([
    ['get', '', 'secrets'],
    ['list', '', 'pods'],
    ['update', 'oda.tmforum.org', 'exposedapis'],
    ['delete', 'oda.tmforum.org', 'components'],
    ['create', 'oda.tmforum.org', 'components'],
    ['deletecollection', 'oda.tmforum.org', 'exposedapis'],
    ['patch', 'discovery.k8s.io', 'endpointslices'],
    ['list', 'apiextensions.k8s.io', 'customresourcedefinitions'],
    ['create', 'coordination.k8s.io', 'leases'],
    ['patch', 'events.k8s.io', 'events'],
  ])('do not let the operator %s %s %s', async (verb, group, resource) => {
    expect(await mayOperator(verb, group, resource)).toBe(false);
  });

  test('are refused for real, not only in a review', async () => {
    const namespace = await stack.createNamespace('rbac');
    const secrets = stack.operatorKubeConfig.makeApiClient(CoreV1Api).listNamespacedSecret({ namespace });
    await expect(secrets).rejects.toMatchObject({ code: 403 });
  });
});
