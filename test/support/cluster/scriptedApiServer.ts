import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';

/** Answers one request. A request that comes before its answer is scripted waits for it. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedApiServer {
  readonly kubeConfig: KubeConfig;
  /** Path and query of each request, in order. */
  readonly requests: string[];
  /** How many connections of answered requests the client has closed. */
  readonly closed: () => number;
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** A real HTTP server on a free port that says what the test tells it to, one request after the other. */
export async function startScriptedApiServer(): Promise<ScriptedApiServer> {
  const script: Answer[] = [];
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const requests: string[] = [];
  let closed = 0;

  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.on('close', () => {
      closed += 1;
    });
    waiting.push([request, response]);
    play();
  });

  function play(): void {
    while (script.length > 0 && waiting.length > 0) {
      const answer = script.shift();
      const pair = waiting.shift();
      if (answer !== undefined && pair !== undefined) answer(pair[1], pair[0]);
    }
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted server has no port');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'scripted', server: `http://127.0.0.1:${address.port}`, skipTLSVerify: true },
    { name: 'tester', token: 'let-me-in' },
  );
  return {
    kubeConfig,
    requests,
    closed: () => closed,
    answer(...answers) {
      script.push(...answers);
      play();
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

export function thing(name: string, resourceVersion: string, more: object = {}): object {
  return {
    apiVersion: 'test.example/v1',
    kind: 'Thing',
    metadata: { namespace: 'shop', name, resourceVersion },
    ...more,
  };
}

export function page(items: readonly object[], resourceVersion: string, next?: string): Answer {
  return json(200, {
    apiVersion: 'test.example/v1',
    kind: 'ThingList',
    metadata: { resourceVersion, ...(next === undefined ? {} : { continue: next }) },
    items,
  });
}

export function refusal(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return json(
    code,
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `scripted ${code}` },
    headers,
  );
}

export function json(code: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export const event = {
  added: (object: object): object => ({ type: 'ADDED', object }),
  modified: (object: object): object => ({ type: 'MODIFIED', object }),
  deleted: (object: object): object => ({ type: 'DELETED', object }),
  bookmark: (resourceVersion: string): object => ({
    type: 'BOOKMARK',
    object: { kind: 'Thing', metadata: { resourceVersion } },
  }),
  error: (code: number): object => ({
    type: 'ERROR',
    object: { kind: 'Status', code, message: `scripted ${code}` },
  }),
};

/** A watch that sends these events and then ends in good order, is cut, or stays open. */
export function stream(events: readonly object[], then: 'end' | 'reset' | 'stay'): Answer {
  return (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    for (const one of events) response.write(`${JSON.stringify(one)}\n`);
    if (then === 'end') response.end();
    // After a turn, so that what was written has left.
    if (then === 'reset') setTimeout(() => response.destroy(), 20);
  };
}

export const cutBeforeAnswer: Answer = (response) => {
  response.destroy();
};
