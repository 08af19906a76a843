import { isDeepStrictEqual } from 'node:util';
import type { Cluster, ConnectOptions, DispatcherOptions, KubeConfig } from '@kubernetes/client-node';
import { Agent, ProxyAgent, type buildConnector, type Dispatcher } from 'undici';

/** Connections to the API server beside those of open watches. */
export const MAX_REQUEST_CONNECTIONS = 8;
/** The API server closes a connection that was idle for 90 s, many load balancers after 60 s: we close it first. */
const KEEP_ALIVE_MS = 30_000;

type AgentOptions = Parameters<KubeConfig['createDispatcherOptions']>[1];

export interface SharedConnections {
  /** As the one that was given; its requests and those of its clients use the shared connections. */
  readonly kubeConfig: KubeConfig;
  /** Waits for open requests, and ends open watches. */
  close(): Promise<void>;
}

/**
 * One set of connections for the process: the client would make a new one, so a new TLS handshake, for every request.
 * Requests share at most `MAX_REQUEST_CONNECTIONS`; an open watch has one of its own, so that watches never keep a request waiting.
 * When the CA or the client's certificate changes on disk, new connections are made, and the old ones close as they fall idle.
 */
export function shareConnections(kubeConfig: KubeConfig): SharedConnections {
  let options: DispatcherOptions | undefined;
  let current: Connections | undefined;

  function createDispatcher(cluster: Cluster | null, agentOptions: AgentOptions): Dispatcher {
    const wanted = kubeConfig.createDispatcherOptions(cluster, agentOptions);
    if (current === undefined || !isDeepStrictEqual(wanted, options)) {
      void current?.retire();
      options = wanted;
      current = open(wanted);
    }
    return current.dispatcher;
  }

  // The client asks itself for a dispatcher by this name, once for each request, and has no option for it.
  const shared: KubeConfig = Object.create(kubeConfig, { createDispatcher: { value: createDispatcher } });
  return {
    kubeConfig: shared,
    async close() {
      await current?.close();
      current = undefined;
    },
  };
}

interface Connections {
  /** Sends each request where it belongs. */
  readonly dispatcher: Dispatcher;
  /** Ends each connection when it is no longer used. */
  retire(): Promise<void>;
  close(): Promise<void>;
}

function open(options: DispatcherOptions): Connections {
  const requests = build(options, { connections: MAX_REQUEST_CONNECTIONS });
  const watches = build(options, {});
  return {
    dispatcher: requests.compose(
      (dispatch) => (request, handler) =>
        isWatch(request) ? watches.dispatch(request, handler) : dispatch(request, handler),
    ),
    async retire() {
      await Promise.allSettled([requests.close(), watches.close()]);
    },
    async close() {
      await Promise.allSettled([requests.close(), watches.destroy()]);
    },
  };
}

/** HTTP/1.1, so that a connection that hangs holds up one request or one watch, and not all of them. */
function build(options: DispatcherOptions, limit: { readonly connections?: number }): Dispatcher {
  const common = { ...limit, allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS };
  switch (options.type) {
    case 'agent':
      return new Agent({ ...common, connect: asOptions(options.connect) });
    case 'proxy':
      return new ProxyAgent({
        ...common,
        uri: options.uri,
        requestTls: asOptions(options.requestTls),
        connect: asOptions(options.connect),
      });
    case 'socks':
      // undici knows socks5 by this scheme only.
      return new ProxyAgent({
        ...common,
        uri: options.uri.replace(/^socks\w*:/, 'socks5:'),
        requestTls: asOptions(options.requestTls),
      });
    case 'none':
      return new Agent(common);
  }
}

/** The types of the client and of undici differ in what may be undefined; the client itself hands options on as they are. */
function asOptions(options: ConnectOptions): buildConnector.BuildOptions {
  return Object.assign<buildConnector.BuildOptions, object>({}, options);
}

function isWatch({ path }: Dispatcher.DispatchOptions): boolean {
  return /[?&]watch=(?:true|1)(?:&|$)/.test(path);
}
