import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import { createClients, type Clients } from '../../../src/kubernetes/client/clients.ts';

export interface ApiCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType: string | undefined;
  /** Parsed; undefined where there was none. */
  readonly body: unknown;
}

/** Status and body. */
export type ApiAnswer = readonly [number, unknown];

export interface ScriptedCluster {
  readonly clients: Clients;
  readonly calls: ApiCall[];
  close(): Promise<void>;
}

/** A real HTTP server on a free port in the API server's place. @param answer decides by the call */
export async function startScriptedCluster(answer: (call: ApiCall) => ApiAnswer): Promise<ScriptedCluster> {
  const calls: ApiCall[] = [];
  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const body = await text(request);
      const call: ApiCall = {
        method: request.method ?? '',
        path: request.url ?? '',
        contentType: request.headers['content-type'],
        body: body === '' ? undefined : JSON.parse(body),
      };
      calls.push(call);
      const [status, reply] = answer(call);
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(reply));
    };
    respond().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted cluster has no port');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'scripted', server: `http://127.0.0.1:${address.port}`, skipTLSVerify: true },
    { name: 'tester', token: 'let-me-in' },
  );
  return {
    clients: createClients(kubeConfig),
    calls,
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

export function refused(code: number): ApiAnswer {
  const details = code === 404 ? { details: { name: 'shop-catalog-v4' } } : {};
  return [
    code,
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `scripted ${code}`, ...details },
  ];
}
