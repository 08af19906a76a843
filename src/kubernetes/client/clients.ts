import {
  CoordinationV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  EventsV1Api,
  NetworkingV1Api,
  type KubeConfig,
} from '@kubernetes/client-node';

/** The few API clients this project uses; built once, by a composition root. */
export interface Clients {
  readonly kubeConfig: KubeConfig;
  readonly custom: CustomObjectsApi;
  readonly discovery: DiscoveryV1Api;
  readonly networking: NetworkingV1Api;
  readonly events: EventsV1Api;
  readonly coordination: CoordinationV1Api;
}

export function createClients(kubeConfig: KubeConfig): Clients {
  return {
    kubeConfig,
    custom: kubeConfig.makeApiClient(CustomObjectsApi),
    discovery: kubeConfig.makeApiClient(DiscoveryV1Api),
    networking: kubeConfig.makeApiClient(NetworkingV1Api),
    events: kubeConfig.makeApiClient(EventsV1Api),
    coordination: kubeConfig.makeApiClient(CoordinationV1Api),
  };
}
