import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnFreePort } from './listenOnFreePort.ts';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface DownloadServer {
  readonly url: string;
  /** Paths as they were asked for; of a request through a proxy the whole address. */
  readonly requests: string[];
  /** Answers one path; the last answer is repeated. */
  serve(path: string, ...answers: readonly (Buffer | Answer)[]): void;
}

/** A download site on a free port of this machine, gone when the tests of the file have ended. What it does not have answers 404. */
export async function startDownloadServer(): Promise<DownloadServer> {
  const answers = new Map<string, (Buffer | Answer)[]>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const queue = answers.get(path) ?? [notFound];
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? notFound;
    if (typeof answer === 'function') answer(response, request);
    else response.writeHead(200, { 'content-length': answer.length }).end(answer);
  });
  return {
    url: `http://127.0.0.1:${await listenOnFreePort(server)}`,
    requests,
    serve: (path, ...sequence) => void answers.set(path, [...sequence]),
  };
}

/** Sends the first half of a file, then breaks the connection. */
export function cutOff(file: Buffer): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  };
}

function notFound(response: ServerResponse): void {
  response.writeHead(404).end();
}
