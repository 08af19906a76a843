import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { applyManifests, readManifests } from './manifests.ts';

/** The identity that deploy/rbac gives to the operator. */
export const OPERATOR_NAMESPACE = 'apig-system';
export const OPERATOR_SERVICE_ACCOUNT = 'apig-orchestrator';

const YEAR_SECONDS = 365 * 24 * 3600;

/** Applies the roles of `folder` and returns a token of the operator's ServiceAccount, good for a year. */
export async function grantOperatorAccess(kubeConfig: KubeConfig, folder: string): Promise<string> {
  await applyManifests(kubeConfig, await readManifests(folder));
  const request = await kubeConfig.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace: OPERATOR_NAMESPACE,
    name: OPERATOR_SERVICE_ACCOUNT,
    body: { spec: { audiences: [], expirationSeconds: YEAR_SECONDS } },
  });
  const token = request.status?.token;
  if (token === undefined) throw new Error('the API server answered a TokenRequest without a token');
  return token;
}
