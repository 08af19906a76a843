import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addressesSchema } from './addressBook.ts';
import { describeIssues } from './describeIssues.ts';
import { FAULT_KINDS, faultSchema, type FaultRule } from './faultSchema.ts';
import { fieldOf, messageOf } from './messageOf.ts';
import type { Simulator } from './simulator.ts';

const operation = z.enum(['create', 'remove']);

const ledgerQuery = z.strictObject({
  operation: operation.optional(),
  name: z.string().optional(),
  path: z.string().optional(),
  fault: z.enum(FAULT_KINDS).optional(),
  outcome: z.enum(['open', 'answered', 'reset', 'abandoned']).optional(),
  applied: z.stringbool().optional(),
  after: z.coerce.number().int().min(0).optional(),
  last: z.coerce.number().int().min(1).optional(),
});

const releaseBody = z.strictObject({ name: z.string().optional(), seq: z.int().optional() }).nullish();

/** A wrong request is the caller's to mend: one line, status 400. */
class BadRequest extends Error {
  readonly statusCode = 400;
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(describeIssues(parsed.error));
  return parsed.data;
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`the body is not JSON: ${messageOf(error)}`);
  }
}

/** A list tells what is wrong with its items; the union of both shapes would only say "invalid input". */
function parseFaults(value: unknown): FaultRule[] {
  return Array.isArray(value) ? parse(z.array(faultSchema), value) : [parse(faultSchema, value)];
}

function faultRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.get('/faults', async () => simulator.faults());
  app.put('/faults', (request) => {
    const rules = parseFaults(request.body);
    simulator.clearFaults();
    return rules.map((rule) => simulator.addFault(rule));
  });
  app.post('/faults', (request, reply) => {
    const rules = parseFaults(request.body);
    return reply.code(201).send(rules.map((rule) => simulator.addFault(rule)));
  });
  app.delete('/faults', async (_request, reply) => {
    simulator.clearFaults();
    return reply.code(204).send();
  });
  app.delete('/faults/:id', (request, reply) => {
    const { id } = parse(z.object({ id: z.coerce.number().int() }), request.params);
    if (simulator.removeFault(id)) return reply.code(204).send();
    return reply.code(404).send({ error: `no fault ${id}`, hint: 'GET faults lists those in force' });
  });
  app.get('/held', async () => simulator.held());
  app.post('/release', (request) => ({
    released: simulator.release(parse(releaseBody, request.body) ?? {}),
  }));
}

function listenerRoutes(app: FastifyInstance, simulator: Simulator): void {
  app.post('/pause', async (_request, reply) => {
    if (simulator.adminUrl.startsWith(simulator.url)) {
      const hint = 'start the stand-in gateway with an admin port of its own';
      return reply.code(409).send({ error: 'pausing would close the admin API too', hint });
    }
    await simulator.pause();
    return reply.code(204).send();
  });
  app.post('/resume', async (_request, reply) => {
    await simulator.resume();
    return reply.code(204).send();
  });
}

/** The admin API, to be registered under `/_admin`: all that the library offers, over HTTP. */
export async function adminRoutes(app: FastifyInstance, simulator: Simulator): Promise<void> {
  // Whatever its type is said to be: `curl -d` and a POST without a body say form data.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) =>
    parseBody(text),
  );
  app.setErrorHandler((error, _request, reply) => {
    const status = fieldOf(error, 'statusCode');
    return reply.code(typeof status === 'number' ? status : 500).send({ error: messageOf(error) });
  });
  app.get('/healthz', async () => ({
    status: simulator.isListening() ? 'ok' : 'paused',
    url: simulator.url,
  }));
  app.get('/table', async () => simulator.table());
  app.get('/counters', async () => simulator.counters());
  app.get('/ledger', (request) => simulator.ledger(parse(ledgerQuery, request.query)));
  app.delete('/ledger', async (_request, reply) => {
    simulator.clearLedger();
    return reply.code(204).send();
  });
  app.get('/addresses', async () => simulator.addresses());
  app.put('/addresses', (request) => {
    simulator.setAddresses(parse(addressesSchema, request.body));
    return simulator.addresses();
  });
  app.post('/reset', async (_request, reply) => {
    simulator.reset();
    return reply.code(204).send();
  });
  faultRoutes(app, simulator);
  listenerRoutes(app, simulator);
}
