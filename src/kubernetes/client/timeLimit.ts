import { AsyncLocalStorage } from 'node:async_hooks';
import {
  IsomorphicFetchHttpLibrary,
  ResponseContext,
  wrapHttpLibrary,
  type ConfigurationOptions,
} from '@kubernetes/client-node';
import { throwRefusal } from './apiServer.ts';
import type { NoteAnswer } from './refusedRights.ts';

/** How long a request to the API server may take, from its start to the last byte of the answer. */
export const REQUEST_TIMEOUT_MS = 10_000;

type HttpLibrary = NonNullable<ConfigurationOptions['httpApi']>;

const surroundings = new AsyncLocalStorage<AbortSignal | undefined>();

/**
 * Every request to the API server that `work` makes ends when the signal is aborted.
 * @param signal undefined: what surrounds `work` does not end its requests, for others wait for them, too
 */
export function endRequestsWith<T>(signal: AbortSignal | undefined, work: () => T): T {
  return surroundings.run(signal, work);
}

/**
 * Hands `work` a signal that ends it after the time, with the caller's signal, and with what `endRequestsWith` says.
 * @throws Error that tells the limit, or the reason of the signal
 */
export async function withTimeLimit<T>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  callers?: AbortSignal,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`the API server did not answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const surrounding = surroundings.getStore();
  const ends = [late.signal, ...(surrounding ? [surrounding] : []), ...(callers ? [callers] : [])];
  try {
    return await work(ends.length === 1 ? late.signal : AbortSignal.any(ends));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * For the generated clients: all of them by default, one call by its options. The answer is read whole within the limit. A refusal is
 * a StatusError, one line long: the client's own prints every header.
 * @param noteAnswer told of each answer
 */
export function limitedHttp(timeoutMs: number, noteAnswer?: NoteAnswer): HttpLibrary {
  const http = new IsomorphicFetchHttpLibrary();
  return wrapHttpLibrary({
    send: (request) =>
      withTimeLimit(
        timeoutMs,
        async (signal) => {
          request.setSignal(signal);
          const response = await http.send(request).toPromise();
          const body = await response.body.text();
          noteAnswer?.(request, response.httpStatusCode, body);
          throwRefusal(request, response, body);
          return new ResponseContext(response.httpStatusCode, response.headers, {
            text: async () => body,
            binary: async () => Buffer.from(body),
            stream: () => null,
          });
        },
        request.getSignal(),
      ),
  });
}
