import type { Server, Socket } from 'node:net';

const servers = new Set<Server>();
const sockets = new Set<Socket>();

// Hooks cannot be set within a test: this one is set when a test file imports the module.
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) await new Promise((resolve) => void server.close(resolve));
});

/** Starts a server on a free port of this machine. It ends, with all its connections, after the tests of the file. */
export async function listenOnFreePort(server: Server): Promise<number> {
  servers.add(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
