export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A span while its work goes on. */
export interface OpenSpan {
  /** W3C trace context, for whoever goes on elsewhere: `00-<trace>-<span>-<flags>`. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** Marks it as failed. @param type a word, never a message: what a gateway or a user said stays out of traces */
  fail(type: string): void;
}

export interface SpanOptions {
  /** Of the work that it belongs to, as that one's `traceparent` says. Default: the span that surrounds the call. */
  readonly parent?: string | undefined;
  /** Does it begin a trace where it belongs to none? Default: no, then there is no span. */
  readonly isRoot?: boolean;
  /** Default: `internal`. */
  readonly kind?: 'internal' | 'client' | 'producer' | 'consumer';
  /** No secrets, no queries of URLs, nothing of what is sent or answered. */
  readonly attributes: SpanAttributes;
}

/** Traces, where somebody has asked for them. */
export interface Tracing {
  /** Does the work as a span, which ends with it; of an error only the name is told. */
  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan | undefined) => Promise<T>): Promise<T>;
  /** Sends what is left, for 2 s at most. */
  stop(): Promise<void>;
}

/** The standard environment of OpenTelemetry. */
export type TracingEnvironment = Readonly<Record<string, string | undefined>>;

/** Traces are sent where a variable of the standard says where to, and none that they are not wanted. */
export function isTraced(environment: TracingEnvironment): boolean {
  const isSet = (name: string): boolean => (environment[name] ?? '').trim() !== '';
  const isTrue = (name: string): boolean => environment[name]?.trim().toLowerCase() === 'true';
  return (
    (isSet('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') || isSet('OTEL_EXPORTER_OTLP_ENDPOINT')) &&
    !isTrue('OTEL_SDK_DISABLED') &&
    environment['OTEL_TRACES_EXPORTER']?.trim() !== 'none'
  );
}
