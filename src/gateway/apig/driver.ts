import { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import { NO_ANSWER, NOT_SHOWN, type Outcome } from '../../domain/registration/outcome.ts';
import type { Registration } from '../../domain/registration/registration.ts';
import { clean, judgeReply, type ReplyTable } from './reply.ts';
import { describeError } from '../../telemetry/logger.ts';
import type { Gateway } from '../gateway.ts';

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
  /** A client for one call. */
  readonly http: () => Promise<AxiosInstance>;
  /** `http[s]://host[:port][/path]` */
  readonly endpoint: string;
  readonly replies: ReplyTable;
  readonly timeoutMs: number;
  /** May what this gateway says be shown? A tenant could have chosen where it is, and so read what is not meant for tenants. */
  readonly isTrusted: boolean;
  readonly now: () => number;
}

/** The WhaleCloud API Gateway: two POSTs, and no way to ask what it holds. */
export function createApig(options: ApigOptions): Gateway {
  return {
    register: (registration, signal) => call('register', registration, signal, options),
    remove: (registration, signal) => call('remove', registration, signal, options),
  };
}

async function call(
  verb: 'register' | 'remove',
  registration: Registration,
  signal: AbortSignal | undefined,
  options: ApigOptions,
): Promise<Outcome> {
  const { path, name, specification, implementation, port, policies } = registration;
  const place = { path, name, specification, implementation, port };
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const http = await options.http();
    const response: AxiosResponse<string> = await http.post(
      `${options.endpoint}/operator/AutoCreation/${OPERATIONS[verb]}`,
      verb === 'register' && policies !== undefined ? { ...place, policies } : place,
      { signal: signal ? AbortSignal.any([timeout, signal]) : timeout },
    );
    const retryAfter: unknown = response.headers['retry-after'];
    const outcome = judgeReply(
      verb,
      {
        status: response.status,
        body: response.data,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      },
      options.replies,
      options.now(),
    );
    return options.isTrusted ? outcome : withoutWords(outcome);
  } catch (error) {
    return judgeFailure(error, timeout.aborted, options);
  }
}

/** Codes of APIG and of HTTP look like this; anything longer could carry words. */
const PLAIN_CODE = /^[A-Za-z0-9:_-]{1,16}$/;

/** Keeps what the reply means, and of its words only a code. */
function withoutWords(outcome: Outcome): Outcome {
  const { code } = outcome.reply;
  return {
    ...outcome,
    reply: {
      code: PLAIN_CODE.test(code) ? code : 'not-shown',
      message: NOT_SHOWN,
    },
  };
}

function judgeFailure(
  error: unknown,
  timedOut: boolean,
  { timeoutMs, isTrusted }: Pick<ApigOptions, 'timeoutMs' | 'isTrusted'>,
): Outcome {
  if (timedOut)
    return {
      kind: 'unknown',
      reply: { code: 'timeout', message: `No answer came from the gateway within ${timeoutMs / 1000} s` },
    };
  if (!(error instanceof AxiosError))
    return {
      kind: 'unavailable',
      reply: {
        code: 'not-sent',
        message: clean(`Nothing was sent (${describeError(error)})`),
      },
    };
  const code = error.code ?? 'error';
  const cause = isTrusted ? error.message || code : code;
  return {
    kind: NEVER_SENT.has(code) ? 'unavailable' : 'unknown',
    reply: { code, message: clean(`${NO_ANSWER} (${cause})`) },
  };
}
