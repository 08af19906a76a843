import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  RequestContext,
  type KubeConfig,
  type KubernetesObject,
} from '@kubernetes/client-node';
import { throwRefusal } from '../../../src/kubernetes/client/apiServer.ts';

const CLUSTER_WIDE: readonly string[] = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'];

/**
 * Asks the API server to create an object without doing it: with every admission there is, and strict about unknown fields.
 * @throws StatusError with what it refuses
 */
export async function strictDryRun(kubeConfig: KubeConfig, object: KubernetesObject): Promise<void> {
  const { apiVersion = '', kind = '', metadata } = object;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = CLUSTER_WIDE.includes(kind) ? '' : `/namespaces/${metadata?.namespace ?? ''}`;
  const plural = `${kind.toLowerCase()}s`.replace(/ys$/, 'ies');
  const server = kubeConfig.getCurrentCluster()?.server ?? '';
  const request = new RequestContext(
    `${server}${root}${scope}/${plural}?dryRun=All&fieldValidation=Strict`,
    HttpMethod.POST,
  );
  request.setHeaderParam('Content-Type', 'application/json');
  request.setBody(JSON.stringify(object));
  await kubeConfig.applySecurityAuthentication(request);
  const response = await new IsomorphicFetchHttpLibrary().send(request).toPromise();
  throwRefusal(request, response, await response.body.text());
}
