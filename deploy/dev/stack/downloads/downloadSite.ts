import { EnvHttpProxyAgent, fetch, type Dispatcher, type Response } from 'undici';
import { z } from 'zod';
import { describeError } from '../../../../src/telemetry/logger.ts';
import type { Environment } from '../locateBinary.ts';
import { Unavailable } from './unavailable.ts';

/** Milliseconds. A site that drops every packet must not cost more than seconds. */
interface Timeouts {
  readonly connect: number;
  /** Without a byte, before the answer begins as well as within it. */
  readonly silence: number;
}

export interface OpenFile {
  /** Bytes, where the site tells it. */
  readonly size: number | undefined;
  /** @throws Unavailable when the connection breaks. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

const TIMEOUTS: Timeouts = { connect: 5_000, silence: 10_000 };

/** Codes of Node and undici: no connection came about, so a second try would find the same. */
const NOT_CONNECTED = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Reads files over HTTP, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. */
export class DownloadSite {
  readonly #dispatcher: Dispatcher;
  readonly #unreachable = new Map<string, string>();
  readonly #signal: AbortSignal | undefined;

  constructor(environment: Environment, signal?: AbortSignal, timeouts: Timeouts = TIMEOUTS) {
    this.#signal = signal;
    this.#dispatcher = new EnvHttpProxyAgent({
      ...proxiesOf(environment),
      connectTimeout: timeouts.connect,
      headersTimeout: timeouts.silence,
      bodyTimeout: timeouts.silence,
    });
  }

  /**
   * Begins to read a file. A host to which no connection came about once is not tried again.
   *
   * @throws Unavailable in a clause that names the host.
   */
  async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<OpenFile> {
    const { host } = new URL(url);
    const known = this.#unreachable.get(host);
    if (known !== undefined) throw new Unavailable(known, { isWorthRetrying: false });
    const response = await this.#request(url, host, headers);
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Unavailable(`${host} answers ${response.status}`, {
        isWorthRetrying: response.status >= 500 || response.status === 429,
      });
    }
    const length = response.headers.get('content-length');
    return {
      size: length === null ? undefined : Number(length),
      chunks: wholeBody(response.body, host),
    };
  }

  async #request(url: string, host: string, headers: Readonly<Record<string, string>>): Promise<Response> {
    try {
      return await fetch(url, {
        dispatcher: this.#dispatcher,
        // A packed answer would be unpacked on the way, and its checksum no longer fit.
        headers: { 'accept-encoding': 'identity', ...headers },
        ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      });
    } catch (error) {
      const { message: what, code } = failureOf(error);
      const isConnected = !NOT_CONNECTED.has(code);
      const message = `${host} ${isConnected ? 'does not answer' : 'cannot be reached'} (${what})`;
      if (!isConnected) this.#unreachable.set(host, message);
      throw new Unavailable(message, { isWorthRetrying: isConnected });
    }
  }
}

async function* wholeBody(body: AsyncIterable<Uint8Array>, host: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new Unavailable(`the connection to ${host} broke (${failureOf(error).message})`, {
      isWorthRetrying: true,
    });
  }
}

/** An empty text keeps the agent from reading the environment of the process instead of the one it is given. */
function proxiesOf(environment: Environment): EnvHttpProxyAgent.Options {
  const read = (name: string): string => environment[name] ?? environment[name.toUpperCase()] ?? '';
  return { httpProxy: read('http_proxy'), httpsProxy: read('https_proxy'), noProxy: read('no_proxy') };
}

/** fetch hides what happened behind "fetch failed" and "terminated", and what happened at several addresses in a list. */
const failureSchema = z.object({
  message: z.string(),
  code: z.string().default(''),
  cause: z.unknown().optional(),
  errors: z.array(z.unknown()).default([]),
});

function failureOf(error: unknown): { readonly message: string; readonly code: string } {
  const { data } = failureSchema.safeParse(error);
  if (data === undefined) return { message: describeError(error), code: '' };
  const within = data.cause ?? data.errors[0];
  return within === undefined ? data : failureOf(within);
}
