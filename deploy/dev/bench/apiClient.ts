import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { KubeConfig } from '@kubernetes/client-node';
import { LocalStackError } from '../stack/localStackError.ts';

/** The API server refused a request. */
export class ApiServerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
}

/**
 * Requests to the API server over few connections that stay open. The Kubernetes client makes a new connection for each
 * request: the load would cost the machine more than what is measured.
 */
export class ApiClient {
  /** Of the API server. */
  readonly port: number;
  readonly #common: RequestOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: Agent;

  constructor(kubeconfigPath: string, connections: number) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const cluster = config.getCurrentCluster();
    const token = config.getCurrentUser()?.token;
    if (!cluster || token === undefined)
      throw new LocalStackError(`${kubeconfigPath} names no cluster, or no user with a token.`);
    const { hostname, port } = new URL(cluster.server);
    this.port = Number(port);
    this.#headers = { authorization: `Bearer ${token}` };
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#common = {
      hostname,
      port,
      ca: Buffer.from(cluster.caData ?? '', 'base64'),
    };
  }

  /** The parsed answer. @throws ApiServerError for a status that is no success */
  async send({ method, path, body, contentType = 'application/json' }: Call): Promise<unknown> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...this.#headers,
      'content-type': contentType,
      'content-length': Buffer.byteLength(payload),
    };
    const response = await open({ ...this.#common, agent: this.#agent, method, path, headers }, payload);
    const text = await textOf(response);
    const { statusCode: status = 0 } = response;
    if (status >= 300) throw new ApiServerError(status, `${method} ${path}: ${status} ${text.slice(0, 200)}`);
    return JSON.parse(text);
  }

  /** Hands over each event of a watch until the signal is given. Rejects when the watch ends before. */
  async watch(path: string, onEvent: (event: unknown) => void, signal: AbortSignal): Promise<void> {
    try {
      const headers = this.#headers;
      const response = await open(
        { ...this.#common, agent: false, method: 'GET', path, headers, signal },
        '',
      );
      if (response.statusCode !== 200)
        throw new Error(`${response.statusCode} ${(await textOf(response)).slice(0, 200)}`);
      for await (const line of createInterface(response)) onEvent(JSON.parse(line));
      throw new Error('the API server closed it');
    } catch (error) {
      if (signal.aborted) return;
      throw new LocalStackError(`The watch of ${path} ended: ${String(error)}`);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function open(options: RequestOptions, payload: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(options, resolve);
  sent.on('error', reject);
  sent.end(payload);
  return await promise;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += String(chunk);
  return text;
}
