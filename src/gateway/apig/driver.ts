import { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import type { Outcome } from '../../domain/registration/outcome.ts';
import type { Registration } from '../../domain/registration/registration.ts';
import { clean, judgeReply, type ReplyTable } from './reply.ts';
import { endpointFor } from './endpoint.ts';
import type { CallContext, Gateway } from '../gateway.ts';
import { describeError } from '../../telemetry/errorMessage.ts';

const OPERATIONS = { register: 'createAPIFromSwagger', remove: 'removeAPIFromSwagger' } as const;

/** Errors of a connection that never came about, or whose other end did not prove who it is: nothing was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export interface ApigOptions {
  readonly http: (endpointIsAdministrators: boolean) => Promise<AxiosInstance>;
  /** APIG_ENDPOINT; undefined: the gateway of the API's own namespace. */
  readonly endpoint: string | undefined;
  readonly replies: ReplyTable;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** The WhaleCloud API Gateway: two POSTs, and no way to ask what it holds. */
export function createApig(options: ApigOptions): Gateway {
  return {
    register: (registration, context) => call('register', registration, context, options),
    remove: (registration, context) => call('remove', registration, context, options),
  };
}

async function call(
  verb: 'register' | 'remove',
  registration: Registration,
  context: CallContext,
  options: ApigOptions,
): Promise<Outcome> {
  const { path, name, specification, implementation, port, policies } = registration;
  const place = { path, name, specification, implementation, port };
  const base = endpointFor(options.endpoint, context.namespace);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const http = await options.http(options.endpoint !== undefined);
    const response: AxiosResponse<string> = await http.post(
      `${base}/operator/AutoCreation/${OPERATIONS[verb]}`,
      verb === 'register' && policies !== undefined ? { ...place, policies } : place,
      { signal: context.signal ? AbortSignal.any([timeout, context.signal]) : timeout },
    );
    const retryAfter: unknown = response.headers['retry-after'];
    return judgeReply(
      verb,
      {
        status: response.status,
        body: response.data,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      },
      options.replies,
      options.now(),
    );
  } catch (error) {
    return judgeFailure(error, timeout.aborted, options.timeoutMs);
  }
}

function judgeFailure(error: unknown, timedOut: boolean, timeoutMs: number): Outcome {
  if (timedOut)
    return {
      kind: 'unknown',
      reply: { code: 'timeout', message: `no reply within ${timeoutMs / 1000} s` },
    };
  if (!(error instanceof AxiosError))
    return {
      kind: 'unavailable',
      reply: {
        code: 'not-sent',
        message: clean(describeError(error)),
      },
    };
  const code = error.code ?? 'error';
  return {
    kind: NEVER_SENT.has(code) ? 'unavailable' : 'unknown',
    reply: { code, message: clean(`no reply from the gateway: ${error.message || code}`) },
  };
}
