import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be blocked, for one process alone. */
export interface TcpProxy {
  /** `<host>:<port>` */
  readonly address: string;
  readonly port: number;
  /** From now on nothing comes through, and nobody is told: connections stay open, and new ones hang. */
  block(): void;
  unblock(): void;
  close(): Promise<void>;
}

/**
 * @param target `host:port`
 * @param at the address that it listens on
 */
export async function startTcpProxy(target: string, at = '127.0.0.1'): Promise<TcpProxy> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let isBlocked = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (!isBlocked) to.write(chunk);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, at, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    address: `${at}:${address.port}`,
    port: address.port,
    block() {
      isBlocked = true;
    },
    unblock() {
      isBlocked = false;
      // What was swallowed in between is missing: only new connections are whole.
      for (const socket of sockets) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
