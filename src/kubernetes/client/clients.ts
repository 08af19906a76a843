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
import type { NoteAnswer } from './refusedRights.ts';
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

export interface ClientsOptions {
  /** How long one request may take. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Told of each answer to the generated clients; not of lists and watches, whose view tells what is refused. */
  readonly noteAnswer?: NoteAnswer;
}

export function createClients(given: KubeConfig, options: ClientsOptions = {}): Clients {
  const connections = shareConnections(given);
  const { kubeConfig } = connections;
  const configuration = configure(kubeConfig, options);
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
function configure(
  kubeConfig: KubeConfig,
  { timeoutMs = REQUEST_TIMEOUT_MS, noteAnswer }: ClientsOptions,
): Configuration {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster: set its current-context');
  return createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: kubeConfig },
    httpApi: limitedHttp(timeoutMs, noteAnswer),
    middleware: [setHeaderMiddleware('User-Agent', FIELD_MANAGER)],
  });
}
