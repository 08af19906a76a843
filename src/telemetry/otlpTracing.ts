import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import {
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describeError, type Logger } from './logger.ts';
import type { OpenSpan, SpanOptions, Tracing, TracingEnvironment } from './tracing.ts';

export interface OtlpTracingOptions {
  /** Where the exporter finds address, headers and certificates, it looks into the process's own. */
  readonly environment: TracingEnvironment;
  readonly version: string;
  /** Which process speaks: the pod's name. */
  readonly instance: string;
  readonly logger: Logger;
}

const STOP_MS = 2_000;
const KINDS = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Sends spans by OTLP/HTTP as JSON. Loaded only where traces are wanted: what it imports costs memory. */
export function createOtlpTracing(options: OtlpTracingOptions): Tracing {
  const { environment, version, instance, logger } = options;
  tellTroubles(logger);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'apig-orchestrator',
      'service.version': version,
      'service.instance.id': instance,
    }).merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(environment),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const tracer = provider.getTracer('apig-orchestrator', version);
  const surroundings = new AsyncLocalStorage<Context>();

  return {
    async span(name, spanOptions, work) {
      const within = contextOf(spanOptions, surroundings.getStore());
      if (within === undefined) return work(undefined);
      const { kind = 'internal', attributes } = spanOptions;
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, within);
      try {
        return await surroundings.run(trace.setSpan(within, span), () => work(openSpan(span)));
      } catch (error) {
        fail(span, nameOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    async stop() {
      const sent = provider.shutdown().catch((error: unknown) => {
        logger.debug({ error: describeError(error) }, 'The last traces could not be sent');
      });
      await Promise.race([sent, setTimeout(STOP_MS, undefined, { ref: false })]);
    },
  };
}

/** Undefined: there is nothing that the span belongs to. */
function contextOf(
  { parent, isRoot = false }: SpanOptions,
  surrounding: Context | undefined,
): Context | undefined {
  const remote = parent === undefined ? undefined : contextFrom(parent);
  return remote ?? surrounding ?? (isRoot ? ROOT_CONTEXT : undefined);
}

function contextFrom(traceparent: string): Context | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent);
  if (match === null) return undefined;
  const [, traceId = '', spanId = '', flags = '00'] = match;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}

function openSpan(span: Span): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    set: (attributes) => void span.setAttributes({ ...attributes }),
    fail: (type) => fail(span, type),
  };
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Of a failed gateway call its type says how it ended. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name;
}

/** The SDK leaves this part of the standard to whoever sets it up. A span goes with its parent, whichever process made that. */
function samplerOf({
  OTEL_TRACES_SAMPLER: name = '',
  OTEL_TRACES_SAMPLER_ARG: ratio,
}: TracingEnvironment): Sampler {
  const root = name.endsWith('traceidratio')
    ? new TraceIdRatioBasedSampler(Number(ratio ?? 1))
    : new AlwaysOnSampler();
  return new ParentBasedSampler({ root });
}

/** The first one as a warning: a collector that is away is away for every batch. */
function tellTroubles(logger: Logger): void {
  let isTold = false;
  const tell = (message: string): void => {
    const fields = { error: message.slice(0, 300) };
    if (isTold) logger.debug(fields, 'Traces could not be sent');
    else
      logger.warn(
        fields,
        'Traces could not be sent, and are lost. Check OTEL_EXPORTER_OTLP_ENDPOINT, and that a NetworkPolicy lets the pod get there',
      );
    isTold = true;
  };
  diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

function quiet(): void {}
