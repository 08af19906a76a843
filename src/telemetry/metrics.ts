import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is counted; labels are of bounded number, so no API's name is among them. */
export interface Metrics {
  readonly registry: Registry;
  /** Calls to the gateway by verb (register, remove) and outcome (accepted, rejected, unavailable, unknown). */
  readonly gatewayCalls: Counter<'verb' | 'outcome'>;
  /** Seconds that a call to the gateway took. */
  readonly gatewaySeconds: Histogram<'verb'>;
  /** 1 when the part of the process is ready, else 0. */
  readonly ready: Gauge<'part'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    gatewayCalls: new Counter({
      name: 'apig_gateway_calls_total',
      help: 'Calls to the gateway by verb and outcome',
      labelNames: ['verb', 'outcome'],
      registers,
    }),
    gatewaySeconds: new Histogram({
      name: 'apig_gateway_call_duration_seconds',
      help: 'Duration of calls to the gateway',
      labelNames: ['verb'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    }),
    ready: new Gauge({
      name: 'apig_ready',
      help: 'Whether a part of the process is ready',
      labelNames: ['part'],
      registers,
    }),
  };
}
