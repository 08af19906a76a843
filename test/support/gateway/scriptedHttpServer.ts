import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Of the client certificate, if one was shown. */
  readonly peer: string | undefined;
}

export type Script = (response: ServerResponse) => void;

export interface ScriptedHttpServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  /** What every request from now on is answered with. */
  answer(script: Script): void;
  close(): Promise<void>;
}

/** A real server on a free port that answers what the test tells it to. @param tls makes it an https server */
export async function startScriptedHttpServer(tls?: ServerOptions): Promise<ScriptedHttpServer> {
  const requests: ReceivedRequest[] = [];
  let script: Script = reply(200, { res_code: '0000', res_message: 'done' });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      peer: peerOf(request),
    });
    script(response);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted server has no port');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    requests,
    answer(next) {
      script = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function peerOf(request: IncomingMessage): string | undefined {
  if (!(request.socket instanceof TLSSocket)) return undefined;
  const { subject } = request.socket.getPeerCertificate();
  return subject === undefined ? undefined : String(subject.CN);
}

/** @param body text as it is; anything else as JSON */
export function reply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Script {
  return (response) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export const resetAfterRequest: Script = (response) => {
  response.socket?.resetAndDestroy();
};

/** Promises more than it sends. */
export const cutInTheMiddle: Script = (response) => {
  response.writeHead(200, { 'Content-Length': '100' });
  response.write('{"res_code": "00');
  setImmediate(() => response.destroy());
};

export const neverAnswer: Script = () => {};
