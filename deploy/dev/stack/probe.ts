import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface ProbeOptions {
  /** Certificates to trust, PEM. */
  readonly ca?: string;
  readonly token?: string;
  /** Default 2000. */
  readonly timeoutMs?: number;
}

/** The status code of a GET, read from the headers alone, so that it works on a watch too. */
export async function probe(url: string, options: ProbeOptions = {}): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const request = send(
    url,
    {
      agent: false,
      headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      signal: AbortSignal.timeout(options.timeoutMs ?? 2000),
    },
    (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    },
  );
  request.on('error', reject);
  request.end();
  return await promise;
}
