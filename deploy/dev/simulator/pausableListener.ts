import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fieldOf, messageOf } from './messageOf.ts';

export interface ListenAt {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** A fastify server factory whose port can be closed and opened again without losing the application. */
export class PausableListener {
  readonly #at: ListenAt;
  #server: Server | undefined;
  #port: number;

  constructor(at: ListenAt) {
    this.#at = at;
    this.#port = at.port;
  }

  readonly serverFactory = (handler: RequestListener): Server => {
    this.#server = createServer(handler);
    return this.#server;
  };

  get port(): number {
    return this.#port;
  }

  /** The address a client on this machine can use. */
  get url(): string {
    const host = ['0.0.0.0', '::'].includes(this.#at.host) ? '127.0.0.1' : this.#at.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.#port}`;
  }

  get isListening(): boolean {
    return this.#server?.listening === true;
  }

  /** Opens the port; the same one again after a pause. @throws with one line when it is not to be had */
  async listen(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.listening) return;
    server.listen({ host: this.#at.host, port: this.#port });
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new Error(describe(error, this.#at.host, this.#port), { cause: error });
    }
    const address: AddressInfo | string | null = server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Closes the port and every connection: from now on new ones are refused by the operating system. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server?.listening !== true) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

function describe(error: unknown, host: string, port: number): string {
  const code = fieldOf(error, 'code');
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken: choose another, or 0 for any free one`;
  if (code === 'EACCES') return `port ${port} on ${host} is not allowed: choose one above 1023`;
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine: choose another host`;
  return messageOf(error);
}
