import { fastify } from 'fastify';
import { z } from 'zod';

const valueSchema = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.unknown().transform(() => '(of another type)'),
]);

const attributesSchema = z
  .array(z.object({ key: z.string(), value: valueSchema }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: attributesSchema,
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
});

const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

/** A span as a collector gets it, with the attributes of its process. */
export type ReceivedSpan = z.infer<typeof spanSchema> & {
  readonly resource: Readonly<Record<string, string | number>>;
};

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** In the order of their coming: a span comes when it has ended. */
  readonly spans: readonly ReceivedSpan[];
  /** All that was received, as it came. */
  text(): string;
  close(): Promise<void>;
}

/** The part of a collector that takes traces by OTLP/HTTP, in the JSON form of the protocol. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const server = fastify({ bodyLimit: 16 * 1024 * 1024 });
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  server.post('/v1/traces', (request) => {
    texts.push(JSON.stringify(request.body));
    for (const { resource, scopeSpans } of requestSchema.parse(request.body).resourceSpans)
      spans.push(
        ...scopeSpans.flatMap((scope) =>
          scope.spans.map((span) => ({ ...span, resource: resource.attributes })),
        ),
      );
    return {};
  });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return { url, spans, text: () => texts.join('\n'), close: () => server.close() };
}
