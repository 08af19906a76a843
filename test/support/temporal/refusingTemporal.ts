import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';

/** A Temporal that lets nobody look at or add search attributes, and answers everything else with an empty message. */
export interface RefusingTemporal {
  readonly address: string;
  close(): Promise<void>;
}

/** @param code of gRPC, by which it refuses */
export async function startRefusingTemporal(code: number): Promise<RefusingTemporal> {
  const server: Http2Server = createServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const isRefused = headers[':path']?.startsWith('/temporal.api.operatorservice.') ?? false;
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    stream.on('error', () => undefined);
    if (isRefused) {
      stream.respond(
        { ...head, 'grpc-status': String(code), 'grpc-message': 'not for you' },
        { endStream: true },
      );
      return;
    }
    stream.respond(head, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // Not compressed, and no byte long.
    stream.end(Buffer.alloc(5));
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return {
    address: `127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        server.close(() => resolve());
      }),
  };
}
