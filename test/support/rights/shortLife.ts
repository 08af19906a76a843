import {
  CoordinationV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  V1MicroTime,
  type KubeConfig,
} from '@kubernetes/client-node';
import { COMPONENTS, ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';
import { declaredApi } from '../builders/components.ts';
import { EXPOSED_API, LEGACY_API, userApis } from '../cluster/userApis.ts';
import { userComponents } from '../cluster/userComponents.ts';
import { hands } from '../cluster/watching.ts';

/** What somebody does, and what an operator with all its rights brings about by it. */
export interface Step {
  readonly what: string;
  readonly begin: () => Promise<void>;
  readonly isDone: () => Promise<boolean>;
}

const ADDRESS = '192.0.2.7';

/**
 * A life that needs all that the operator can do: a Component whose APIs it makes, one API of the legacy kind, a public address from an
 * Ingress, an EndpointSlice, a change, deletions, and a lease that another holds for a moment.
 */
export async function shortLife(
  kubeConfig: KubeConfig,
  namespace: string,
  leaseName: string,
): Promise<readonly Step[]> {
  const cluster = hands(kubeConfig, namespace);
  const apis = userApis(kubeConfig, namespace);
  const components = userComponents(kubeConfig, namespace);
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const coordination = kubeConfig.makeApiClient(CoordinationV1Api);
  await cluster.writeSlice('catalog-1', 'catalog', true);
  await cluster.createIngress(ADDRESS);

  const declare = (exposedAPIs: readonly object[]) => ({ coreFunction: { exposedAPIs } });
  const orders = (port: number) => declaredApi('orders', { path: `/${namespace}/orders`, port });
  const prices = declaredApi('prices', { path: `/${namespace}/prices` });
  const at = { group: ODA_GROUP, version: 'v1', namespace, plural: COMPONENTS };
  const isReady = async (...[name, kind]: Parameters<typeof apis.get>): Promise<boolean> => {
    const status = (await apis.get(name, kind))?.status;
    const ready = status?.conditions.find(({ type }) => type === 'Ready');
    return ready?.status === 'True' && String(status?.apiStatus['url']).includes(ADDRESS);
  };
  const isListed = async (): Promise<boolean> =>
    JSON.stringify((await components.get('shop'))?.status).includes(ADDRESS);
  const declareNow = async (exposedAPIs: readonly object[]): Promise<void> => {
    const body = [{ op: 'replace', path: '/spec', value: declare(exposedAPIs) }];
    await custom.patchNamespacedCustomObject({ ...at, name: 'shop', body });
  };
  const isGone = async (...args: Parameters<typeof apis.get>): Promise<boolean> =>
    (await apis.get(...args)) === undefined;
  const holder = async (): Promise<string> =>
    (await coordination.readNamespacedLease({ namespace, name: leaseName })).spec?.holderIdentity ?? '';

  return [
    {
      what: 'the APIs of a new Component, and one of the legacy kind, are ready at the address of the Ingress',
      async begin() {
        const spec = declare([orders(8080), prices]);
        const body = {
          apiVersion: `${ODA_GROUP}/v1`,
          kind: 'Component',
          metadata: { name: 'shop', namespace },
          spec,
        };
        await custom.createNamespacedCustomObject({ ...at, body });
        await apis.create('legacy', { specification: 'https://specs.example/legacy.json' }, LEGACY_API);
      },
      isDone: async () =>
        (await isReady('shop-orders-v4')) &&
        (await isReady('shop-prices-v4')) &&
        (await isReady('legacy', LEGACY_API)) &&
        (await isListed()),
    },
    {
      what: 'a port follows the Component, and an API that it no longer declares is gone',
      begin: () => declareNow([orders(9090)]),
      isDone: async () => {
        const registered = (await apis.get('shop-orders-v4'))?.status.apig['registered'];
        return JSON.stringify(registered)?.includes('9090') && (await isGone('shop-prices-v4', EXPOSED_API));
      },
    },
    {
      what: 'the other APIs are gone, too',
      async begin() {
        await declareNow([]);
        await apis.remove('legacy', LEGACY_API);
      },
      isDone: async () => (await isGone('shop-orders-v4')) && (await isGone('legacy', LEGACY_API)),
    },
    {
      what: 'the lease that another held for a second is taken back',
      async begin() {
        // Not by the version that was read: the operator may renew it in that moment.
        await coordination.patchNamespacedLease(
          {
            namespace,
            name: leaseName,
            body: {
              spec: { holderIdentity: 'another', leaseDurationSeconds: 1, renewTime: new V1MicroTime() },
            },
          },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        );
      },
      isDone: async () => (await holder()) !== 'another',
    },
  ];
}
