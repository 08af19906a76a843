import { createServer, type Server } from 'node:http';
import { KubeConfig, type User } from '@kubernetes/client-node';

export interface CountingApiServer {
  readonly kubeConfig: KubeConfig;
  /** Connections open just now. */
  readonly open: () => number;
  /** The most that were open at one time. */
  readonly most: () => number;
  /** All that were ever made. */
  readonly made: () => number;
  close(): Promise<void>;
}

/** An HTTP server that keeps watches open, answers everything else after a moment, and counts connections. */
export async function startCountingApiServer(
  user: Partial<User> = {},
  answerAfterMs = 10,
): Promise<CountingApiServer> {
  let open = 0;
  let most = 0;
  let made = 0;
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    if (request.url?.includes('watch=true') === true) response.flushHeaders();
    else setTimeout(() => response.end('{"metadata":{}}'), answerAfterMs);
  });
  server.on('connection', (socket) => {
    made += 1;
    open += 1;
    most = Math.max(most, open);
    socket.on('close', () => {
      open -= 1;
    });
  });
  const port = await listen(server);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'counting', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'tester', ...user },
  );
  return {
    kubeConfig,
    open: () => open,
    most: () => most,
    made: () => made,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the counting server has no port');
  return address.port;
}
