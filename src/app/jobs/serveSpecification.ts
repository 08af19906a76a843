import { createServer } from 'node:http';

export interface ServedSpecification {
  readonly url: string;
  close(): Promise<void>;
}

/** As small as an OpenAPI document may be that describes something. */
const DOCUMENT = {
  openapi: '3.0.3',
  info: { title: 'apig-orchestrator probe', version: '1.0.0' },
  paths: { '/probe': { get: { responses: { 200: { description: 'Never answered: nothing serves it.' } } } } },
};

/**
 * Serves an OpenAPI document to whoever asks, so that a gateway inside the cluster has one to read.
 * @param host by what others reach this process: a name or an address
 * @param port 0: a free one
 */
export async function serveSpecification(host: string, port: number): Promise<ServedSpecification> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(DOCUMENT));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/openapi.json`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
