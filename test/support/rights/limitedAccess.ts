import { join } from 'node:path';
import { CoreV1Api, RbacAuthorizationV1Api, type KubeConfig } from '@kubernetes/client-node';
import { writeKubeconfig } from '../../../deploy/dev/stack/kubeconfig.ts';
import { createTestNamespace } from '../cluster/testNamespaces.ts';
import type { Right } from './rights.ts';

const ACCOUNT = 'operator';

/** Somebody who has some rights in one namespace, and none elsewhere. */
export interface LimitedAccess {
  readonly namespace: string;
  /** As the API server names it in its audit log. */
  readonly username: string;
  readonly kubeconfigPath: string;
}

/** Makes the namespace, and in it a ServiceAccount with exactly these rights. */
export async function grantLimitedAccess(
  kubeConfig: KubeConfig,
  namespace: string,
  { rights, directory }: { readonly rights: readonly Right[]; readonly directory: string },
): Promise<LimitedAccess> {
  await createTestNamespace(kubeConfig, namespace);
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const rbac = kubeConfig.makeApiClient(RbacAuthorizationV1Api);
  const metadata = { name: ACCOUNT };
  const rules = rights.map(({ group, resource, verb }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  await core.createNamespacedServiceAccount({ namespace, body: { metadata } });
  await rbac.createNamespacedRole({ namespace, body: { metadata, rules } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: ACCOUNT };
  const subjects = [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }];
  await rbac.createNamespacedRoleBinding({ namespace, body: { metadata, roleRef, subjects } });
  return {
    namespace,
    username: `system:serviceaccount:${namespace}:${ACCOUNT}`,
    kubeconfigPath: await writeAccess(kubeConfig, namespace, directory),
  };
}

async function writeAccess(kubeConfig: KubeConfig, namespace: string, directory: string): Promise<string> {
  const cluster = kubeConfig.getCurrentCluster();
  const { status } = await kubeConfig.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace,
    name: ACCOUNT,
    body: { spec: { audiences: [], expirationSeconds: 3_600 } },
  });
  if (cluster?.caData === undefined || status?.token === undefined)
    throw new Error('there is no cluster, or no token');
  const path = join(directory, `${namespace}-kubeconfig.yaml`);
  const ca = Buffer.from(cluster.caData, 'base64').toString();
  await writeKubeconfig(path, { server: cluster.server, ca, user: ACCOUNT, token: status.token, namespace });
  return path;
}
