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

/**
 * Sees at the start that the files which calls need are there and can be understood; each call reads them anew.
 * @throws where one is not; the message names the file and never its content
 */
export async function checkGatewayFiles(files: Pick<GatewayOptions, 'authFile' | 'caFile'>): Promise<void> {
  await createHttp(files, true);
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
