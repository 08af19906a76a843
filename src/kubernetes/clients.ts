import {
  ApiextensionsV1Api,
  ApisApi,
  CustomObjectsApi,
  DiscoveryV1Api,
  EventsV1Api,
  NetworkingV1Api,
  type KubeConfig,
} from '@kubernetes/client-node';

/** The few API clients this project uses; built once, by a composition root. */
export interface Clients {
  readonly kubeConfig: KubeConfig;
  readonly apis: ApisApi;
  readonly custom: CustomObjectsApi;
  readonly discovery: DiscoveryV1Api;
  readonly networking: NetworkingV1Api;
  readonly events: EventsV1Api;
  readonly extensions: ApiextensionsV1Api;
}

export function createClients(kubeConfig: KubeConfig): Clients {
  return {
    kubeConfig,
    apis: kubeConfig.makeApiClient(ApisApi),
    custom: kubeConfig.makeApiClient(CustomObjectsApi),
    discovery: kubeConfig.makeApiClient(DiscoveryV1Api),
    networking: kubeConfig.makeApiClient(NetworkingV1Api),
    events: kubeConfig.makeApiClient(EventsV1Api),
    extensions: kubeConfig.makeApiClient(ApiextensionsV1Api),
  };
}
