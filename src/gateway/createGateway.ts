import { createApig } from './apig/driver.ts';
import type { ReplyTable } from './apig/reply.ts';
import type { Gateway } from './gateway.ts';
import { createHttp } from './apig/http.ts';
import { createMockGateway } from './mock/driver.ts';

export interface GatewayOptions {
  readonly endpoint: string;
  /** The administrator named it, so that it gets credentials and its words are shown; any other could have been made by a tenant. */
  readonly isConfigured: boolean;
  readonly replies: ReplyTable;
  readonly timeoutMs: number;
  readonly authFile: string | undefined;
  readonly caFile: string | undefined;
  readonly mock: string | undefined;
}

/** The only place that builds a driver. */
export function createGateway(options: GatewayOptions): Gateway {
  if (options.mock !== undefined) return createMockGateway(options.mock);
  return createApig({
    http: () => createHttp(options, options.isConfigured),
    endpoint: options.endpoint,
    replies: options.replies,
    timeoutMs: options.timeoutMs,
    isTrusted: options.isConfigured,
    now: Date.now,
  });
}
