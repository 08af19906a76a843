import { fastify } from 'fastify';
import type { Metrics } from './metrics.ts';

export interface PartHealth {
  readonly ready: boolean;
  /** Why not, or what it is doing; no secrets. */
  readonly detail: string;
}

export type HealthParts = Readonly<Record<string, () => PartHealth>>;

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the state of the process. `/livez`: the process turns. `/readyz`: 200 when every part is ready, else 503; the body says which is not and why.
 * `/metrics`: Prometheus text, with the gauge `apig_ready` as it is at each scrape.
 * @param port 0: a free one
 * @param parts may change later: each request and each scrape reads it anew
 * @param metrics one server serves them
 * @throws in one line where the port is taken
 */
export async function serveHealth(port: number, parts: HealthParts, metrics: Metrics): Promise<HealthServer> {
  const server = fastify();
  metrics.gauge('apig_ready', () =>
    Object.entries(parts).map(([part, health]) => [{ part }, health().ready ? 1 : 0] as const),
  );
  server.get('/livez', () => ({ alive: true }));
  server.get('/readyz', (_request, reply) => {
    const states = Object.fromEntries(Object.entries(parts).map(([name, health]) => [name, health()]));
    const isReady = Object.values(states).every(({ ready }) => ready);
    return reply.code(isReady ? 200 : 503).send({ ready: isReady, parts: states });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.page()),
  );
  const address = await server.listen({ port, host: '0.0.0.0' }).catch((error: unknown) => {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw isTaken
      ? new Error(`Port ${port} is taken: end the program that uses it, or set HTTP_PORT.`, { cause: error })
      : error;
  });
  return { port: Number(new URL(address).port), close: () => server.close() };
}
