import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { Counter, Registry } from 'prom-client';
import { collectionRoutes } from './collectionRoutes.ts';
import { COLLECTIONS, type CollectionApi } from './collections.ts';

/** What an implementation can serve. */
export type ImplementationApiKind = CollectionApi | 'metrics';

export const IMPLEMENTATION_API_KINDS: readonly ImplementationApiKind[] = [
  'productCatalog',
  'partyRole',
  'promotion',
  'metrics',
];

export interface ImplementationApi {
  readonly kind: ImplementationApiKind;
  /** The full path, as the gateway passes it on: `/release-component/tmf-api/…`. */
  readonly basePath: string;
}

export interface ImplementationOptions {
  /** Of the Service it stands for; told in the header `x-implementation` of every answer. */
  readonly name: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly apis: readonly ImplementationApi[];
}

/** One server of the example component. */
export interface Implementation {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** `<url>/specifications`, where the OpenAPI documents are. */
  readonly specificationsUrl: string;
  /** Requests answered so far, those for specifications left out. */
  requests(): number;
  stop(): Promise<void>;
}

const SPECIFICATIONS = join(dirname(fileURLToPath(import.meta.url)), 'specifications');

function serveApi(app: FastifyInstance, registry: Registry, { kind, basePath }: ImplementationApi): void {
  if (kind === 'metrics') {
    app.get(basePath, async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()),
    );
    return;
  }
  for (const [collection, seed] of Object.entries(COLLECTIONS[kind])) {
    app.register(async (scope) => collectionRoutes(scope, { url: `${basePath}/${collection}`, seed }));
  }
}

/** Starts a server that plays a part of the example component: real data behind the full paths of its APIs. */
export async function startImplementation(options: ImplementationOptions): Promise<Implementation> {
  const { name, apis, port = 0, host = '127.0.0.1' } = options;
  const app = Fastify({ forceCloseConnections: true });
  const registry = new Registry();
  const counter = new Counter({
    name: 'implementation_requests_total',
    help: 'Requests answered.',
    labelNames: ['code'],
    registers: [registry],
  });
  let requests = 0;
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-implementation', name);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.url.startsWith('/specifications/')) return;
    requests += 1;
    counter.inc({ code: String(reply.statusCode) });
  });
  app.register(fastifyStatic, { root: SPECIFICATIONS, prefix: '/specifications/', index: false });
  for (const api of apis) serveApi(app, registry, api);
  const url = await app.listen({ host, port });
  return {
    name,
    port: Number(new URL(url).port),
    url,
    specificationsUrl: `${url}/specifications`,
    requests: () => requests,
    stop: async () => app.close(),
  };
}
