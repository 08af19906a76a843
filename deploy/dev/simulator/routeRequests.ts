import replyFrom from '@fastify/reply-from';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AddressBook } from './addressBook.ts';
import { developerPage } from './developerPage.ts';
import type { DocumentLimits } from './fetchDocument.ts';
import { messageOf } from './messageOf.ts';
import type { RegistrationTable } from './registrationTable.ts';

const HEADERS_TIMEOUT_MS = 30_000;

export interface RoutingParts {
  readonly table: RegistrationTable;
  readonly addresses: AddressBook;
  readonly limits: DocumentLimits;
  readonly logger: Logger;
  readonly adminUrl: () => string;
  readonly countRequest: () => void;
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '/').split('?', 1)[0] ?? '/';
}

/** What every gateway tells the implementation about the original request. */
function forwardedHeaders(request: FastifyRequest): Record<string, string> {
  const before = request.headers['x-forwarded-for'];
  const chain = before === undefined ? request.ip : `${before.toString()}, ${request.ip}`;
  return { 'x-forwarded-for': chain, 'x-forwarded-host': request.host, 'x-forwarded-proto': 'http' };
}

function sendUnknownPath(parts: RoutingParts, path: string, reply: FastifyReply): FastifyReply {
  const hint = `${parts.table.size} paths are registered, see ${parts.adminUrl()}/table`;
  return reply.code(404).send({ error: 'no API is registered under this path', path, hint });
}

async function route(
  parts: RoutingParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = pathOf(request);
  const registration = parts.table.match(path);
  if (registration === undefined) return sendUnknownPath(parts, path, reply);
  const page = await developerPage(parts, registration, request);
  if (page !== undefined) return reply.code(page.status).headers(page.headers).send(page.body);
  registration.requests += 1;
  parts.countRequest();
  const { implementation, port, name } = registration;
  const origin = parts.addresses.originOf(implementation, port);
  parts.logger.debug({ method: request.method, path, name, origin }, 'request routed');
  return reply.from(undefined, {
    getUpstream: () => origin,
    // The library's own default repeats a GET that was answered 503; a caller must see the real answer.
    retryDelay: () => null,
    rewriteRequestHeaders: (_request, headers) => ({ ...headers, ...forwardedHeaders(request) }),
    onError: (failed, { error }) => {
      const cause = messageOf(error.cause ?? error);
      const hint = `${implementation}:${port} is taken to be at ${origin}; another address: PUT ${parts.adminUrl()}/addresses`;
      void failed.code(502).send({ error: 'the implementation cannot be reached', cause, hint });
    },
  });
}

/** Everything that is no management call goes to the implementation of the longest registered path, unstripped. */
export async function routeRequests(app: FastifyInstance, parts: RoutingParts): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await scope.register(replyFrom, {
      undici: { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: 0 },
      destroyAgent: true,
      disableRequestLogging: true,
    });
    scope.all('/*', async (request, reply) => route(parts, request, reply));
  });
}
