import {
  ApiException,
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  RequestContext,
  type KubeConfig,
  type ResponseContext,
} from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../../domain/kubernetes/names.ts';

const http = new IsomorphicFetchHttpLibrary();

/** A refusal in one line: the client's own exception prints every header. */
export class StatusError extends ApiException<string> {
  constructor(code: number, message: string, headers: Record<string, string> = {}, body = '') {
    super(code, message, body, headers);
    this.message = `${code} ${message}`;
  }
}

/** @throws StatusError where the answer is none of 2xx */
export function throwRefusal(
  request: RequestContext,
  { httpStatusCode, headers }: ResponseContext,
  body: string,
): void {
  if (httpStatusCode >= 200 && httpStatusCode < 300) return;
  const { pathname } = new URL(request.getUrl());
  throw new StatusError(
    httpStatusCode,
    `${request.getHttpMethod()} ${pathname}: ${messageOf(body)}`,
    headers,
    body,
  );
}

/**
 * One GET with the kubeconfig's own address, TLS and credentials, for what the generated clients cannot do:
 * read a watch as it comes, and ask what is served.
 * @throws StatusError where the answer is none of 2xx
 */
export async function getFromApiServer(
  kubeConfig: KubeConfig,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<ResponseContext> {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster: set its current-context');
  const url = new URL(cluster.server.replace(/\/$/, '') + path);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  const request = new RequestContext(url.toString(), HttpMethod.GET);
  request.setHeaderParam('Accept', 'application/json');
  request.setHeaderParam('User-Agent', FIELD_MANAGER);
  request.setSignal(signal);
  await kubeConfig.applySecurityAuthentication(request);
  const response = await http.send(request).toPromise();
  if (response.httpStatusCode !== 200) throwRefusal(request, response, await response.body.text());
  return response;
}

function messageOf(body: string): string {
  try {
    const status: unknown = JSON.parse(body);
    if (typeof status === 'object' && status !== null && 'message' in status) return String(status.message);
  } catch {
    // Not a Status object, so probably from something in front of the API server.
  }
  return body.slice(0, 256);
}

/** What a refusal's Retry-After asks for (seconds or a date), in milliseconds from `now`; undefined where it asks for nothing. */
export function retryAfterMs(error: unknown, now: number): number | undefined {
  if (!(error instanceof StatusError)) return undefined;
  const value = (error.headers['retry-after'] ?? '').trim();
  if (value === '') return undefined;
  const at = /^\d+$/.test(value) ? now + Number(value) * 1000 : Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
