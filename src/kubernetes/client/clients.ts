import {
  CoordinationV1Api,
  createConfiguration,
  CustomObjectsApi,
  DiscoveryV1Api,
  EventsV1Api,
  NetworkingV1Api,
  ServerConfiguration,
  setHeaderMiddleware,
  type Configuration,
  type KubeConfig,
} from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../../domain/kubernetes/names.ts';
import { createRestMapper, type RestMapper } from './restMapper.ts';
import { shareConnections } from './connections.ts';
import { limitedHttp, REQUEST_TIMEOUT_MS } from './timeLimit.ts';

/** The few API clients this project uses; built once, by a composition root. */
export interface Clients {
  /** Whatever is asked with it shares the connections of the clients. */
  readonly kubeConfig: KubeConfig;
  readonly custom: CustomObjectsApi;
  readonly discovery: DiscoveryV1Api;
  readonly networking: NetworkingV1Api;
  readonly events: EventsV1Api;
  readonly coordination: CoordinationV1Api;
  /** One memory of where kinds are served, for whoever reads, writes or watches. */
  readonly restMapper: RestMapper;
  /** Closes all connections to the API server. For the end of the process, when nothing is asked any more. */
  close(): Promise<void>;
}

/** @param timeoutMs how long one request may take; default 10 s */
export function createClients(given: KubeConfig, timeoutMs: number = REQUEST_TIMEOUT_MS): Clients {
  const connections = shareConnections(given);
  const { kubeConfig } = connections;
  const configuration = configure(kubeConfig, timeoutMs);
  return {
    kubeConfig,
    custom: new CustomObjectsApi(configuration),
    discovery: new DiscoveryV1Api(configuration),
    networking: new NetworkingV1Api(configuration),
    events: new EventsV1Api(configuration),
    coordination: new CoordinationV1Api(configuration),
    restMapper: createRestMapper({ kubeConfig }),
    close: () => connections.close(),
  };
}

/** As the kubeconfig's own `makeApiClient` does it, with the time limit. */
function configure(kubeConfig: KubeConfig, timeoutMs: number): Configuration {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster: set its current-context');
  return createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: kubeConfig },
    httpApi: limitedHttp(timeoutMs),
    middleware: [setHeaderMiddleware('User-Agent', FIELD_MANAGER)],
  });
}
