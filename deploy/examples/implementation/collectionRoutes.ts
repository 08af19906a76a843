import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Item } from './collections.ts';

const pageSchema = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(100),
});
const newItemSchema = z.looseObject({ id: z.string().min(1).optional(), name: z.string().min(1) });
const idSchema = z.object({ id: z.string() });

/** The error body of TM Forum APIs. */
function problem(status: number, reason: string): { readonly code: string; readonly reason: string } {
  return { code: String(status), reason };
}

/** List (in pages), read and create, kept in memory; a created item gets an id unless it brings a new one. */
export async function collectionRoutes(
  app: FastifyInstance,
  { url, seed }: { readonly url: string; readonly seed: readonly Item[] },
): Promise<void> {
  const items = new Map(seed.map((item) => [item.id, item]));
  const withHref = (item: Item): Item => ({ ...item, href: `${url}/${item.id}` });

  app.get(url, (request, reply) => {
    const page = pageSchema.safeParse(request.query);
    if (!page.success) return reply.code(400).send(problem(400, 'offset and limit must be whole numbers'));
    const { offset, limit } = page.data;
    const found = [...items.values()].slice(offset, offset + limit);
    return reply
      .headers({ 'x-total-count': items.size, 'x-result-count': found.length })
      .send(found.map((item) => withHref(item)));
  });

  app.get(`${url}/:id`, (request, reply) => {
    const item = items.get(idSchema.parse(request.params).id);
    return item === undefined
      ? reply.code(404).send(problem(404, 'there is no such item'))
      : reply.send(withHref(item));
  });

  app.post(url, (request, reply) => {
    const body = newItemSchema.safeParse(request.body);
    if (!body.success) return reply.code(400).send(problem(400, 'a JSON object with a name is needed'));
    const item: Item = { ...body.data, id: body.data.id ?? randomUUID() };
    if (items.has(item.id)) return reply.code(409).send(problem(409, `${item.id} exists already`));
    items.set(item.id, item);
    return reply.code(201).header('location', `${url}/${item.id}`).send(withHref(item));
  });
}
