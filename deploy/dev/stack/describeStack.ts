import { DemoCluster } from '../demo/cluster.ts';
import { COMPONENT } from './exampleComponent.ts';
import type { OperatedStack } from './operatedStack.ts';
import type { StackState } from './stackState.ts';
import { temporalViews } from './temporalViews.ts';

const CATALOG = `${COMPONENT}-productcatalogmanagement-v4`;

/** What a person needs to look around in the running stack, in the order in which it is shown. */
export async function describeStack(stack: OperatedStack): Promise<StackState['facts']> {
  const apis = await new DemoCluster(stack.kubeconfigPath).apis();
  const catalog = apis.find(({ ref }) => ref.name === CATALOG)?.status.apiStatus;
  return [
    { label: 'Temporal UI', value: stack.temporalUiUrl },
    ...temporalViews(stack.temporalUiUrl, stack.temporalNamespace),
    ...(catalog?.url === undefined
      ? []
      : [{ label: 'Product catalog', value: `${catalog.url}/productOffering` }]),
    ...(catalog?.developerUI === undefined
      ? []
      : [{ label: '  developer page', value: catalog.developerUI }]),
    { label: 'Gateway', value: stack.gatewayUrl },
    { label: '  admin API', value: `${stack.gatewayAdminUrl}/table` },
    { label: 'Temporal', value: stack.temporalAddress },
    { label: 'Administrator', value: `export KUBECONFIG=${stack.kubeconfigPath}` },
    { label: 'Operator', value: `export KUBECONFIG=${stack.operatorKubeconfigPath}` },
    { label: 'Logs', value: `${stack.directory}/logs` },
  ];
}
