import { createServer } from 'node:net';
import { DownloadSite } from '../../../../../deploy/dev/stack/downloads/downloadSite.ts';
import { startDownloadServer } from '../../../../support/stack/downloadServer.ts';
import { listenOnFreePort } from '../../../../support/stack/listenOnFreePort.ts';

const QUICK = { connect: 100, silence: 100 };
const FILE = Buffer.from('a published file');

async function read(site: DownloadSite, url: string): Promise<string> {
  let text = '';
  const { chunks } = await site.open(url);
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

describe('a download site', () => {
  test('that takes the connection and then says nothing counts as out of reach, and is not asked a second time', async () => {
    let connections = 0;
    const port = await listenOnFreePort(createServer(() => (connections += 1)));
    const site = new DownloadSite({}, undefined, QUICK);
    const expected = { message: expect.stringContaining(`127.0.0.1:${port} cannot be reached (`) };
    await expect(site.open(`https://127.0.0.1:${port}/one`)).rejects.toMatchObject(expected);
    await expect(site.open(`https://127.0.0.1:${port}/other`)).rejects.toMatchObject(expected);
    expect(connections).toBe(1);
  });

  test('that refuses the connection counts as out of reach', async () => {
    const server = createServer();
    const port = await listenOnFreePort(server);
    await new Promise((resolve) => void server.close(resolve));
    await expect(new DownloadSite({}).open(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      message: `127.0.0.1:${port} cannot be reached (connect ECONNREFUSED 127.0.0.1:${port})`,
      isWorthRetrying: false,
    });
  });

  test('whose name nobody knows counts as out of reach', async () => {
    await expect(new DownloadSite({}).open('http://downloads.invalid/')).rejects.toThrow(
      /^downloads\.invalid cannot be reached \(getaddrinfo E\S+ downloads\.invalid\)$/,
    );
  });

  test('that does not answer is given up, and is worth another try', async () => {
    const server = await startDownloadServer();
    server.serve('/file', () => undefined);
    const site = new DownloadSite({}, undefined, QUICK);
    await expect(site.open(`${server.url}/file`)).rejects.toMatchObject({
      message: expect.stringMatching(/ does not answer \(.*Timeout/),
      isWorthRetrying: true,
    });
  });

  test('that stops in the middle of a file is given up', async () => {
    const server = await startDownloadServer();
    server.serve('/file', (response) => {
      response.writeHead(200, { 'content-length': FILE.length }).write(FILE.subarray(0, 5));
    });
    const site = new DownloadSite({}, undefined, QUICK);
    await expect(read(site, `${server.url}/file`)).rejects.toMatchObject({
      message: expect.stringMatching(/^the connection to 127\.0\.0\.1:\d+ broke \(.*Timeout/),
      isWorthRetrying: true,
    });
  });

  test.each([
    [404, false],
    [503, true],
  ])('that answers %d is told so; worth another try: %s', async (status, isWorthRetrying) => {
    const server = await startDownloadServer();
    server.serve('/file', (response) => void response.writeHead(status).end());
    await expect(new DownloadSite({}).open(`${server.url}/file`)).rejects.toMatchObject({
      message: `${new URL(server.url).host} answers ${status}`,
      isWorthRetrying,
    });
  });

  test('that leads on to another is followed', async () => {
    const server = await startDownloadServer();
    server.serve('/elsewhere', FILE);
    server.serve('/file', (response) => void response.writeHead(302, { location: '/elsewhere' }).end());
    expect(await read(new DownloadSite({}), `${server.url}/file`)).toBe(FILE.toString());
  });

  test('is reached through the proxy of the environment', async () => {
    const proxy = await startDownloadServer();
    proxy.serve('http://downloads.invalid/file', FILE);
    const site = new DownloadSite({ HTTP_PROXY: proxy.url });
    expect(await read(site, 'http://downloads.invalid/file')).toBe(FILE.toString());
  });

  test('over TLS is reached through a tunnel of the proxy', async () => {
    const proxy = await startDownloadServer();
    const asked: string[] = [];
    const tunnel = createServer((socket) => {
      socket.once('data', (data) => {
        asked.push(String(data).split('\r\n')[0] ?? '');
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    });
    const site = new DownloadSite({ HTTPS_PROXY: `http://127.0.0.1:${await listenOnFreePort(tunnel)}` });
    await expect(site.open('https://downloads.invalid/file')).rejects.toThrow(/^downloads\.invalid /);
    expect(asked).toEqual(['CONNECT downloads.invalid:443 HTTP/1.1']);
    expect(proxy.requests).toEqual([]);
  });

  test('that NO_PROXY names is reached without the proxy', async () => {
    const [server, proxy] = [await startDownloadServer(), await startDownloadServer()];
    server.serve('/file', FILE);
    const site = new DownloadSite({ http_proxy: proxy.url, no_proxy: '127.0.0.1' });
    expect(await read(site, `${server.url}/file`)).toBe(FILE.toString());
    expect(proxy.requests).toEqual([]);
  });
});
