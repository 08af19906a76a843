import { join } from 'node:path';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { writeKubeconfig } from '../../../deploy/dev/stack/kubeconfig.ts';

/** A kubeconfig of a ServiceAccount, with a token for an hour, as its pod would have. @returns its path */
export async function accountKubeconfig(
  kubeConfig: KubeConfig,
  directory: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string> {
  const { status } = await kubeConfig.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace,
    name,
    body: { spec: { audiences: [], expirationSeconds: 3_600 } },
  });
  const cluster = kubeConfig.getCurrentCluster();
  const path = join(directory, `kubeconfig-${name}`);
  await writeKubeconfig(path, {
    server: cluster?.server ?? '',
    ca: Buffer.from(cluster?.caData ?? '', 'base64').toString(),
    user: name,
    token: status?.token ?? '',
    namespace,
  });
  return path;
}
