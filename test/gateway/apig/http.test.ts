import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGateway } from '../../../src/gateway/createGateway.ts';
import type { Gateway } from '../../../src/gateway/gateway.ts';
import { createHttp, type HttpOptions } from '../../../src/gateway/apig/http.ts';
import { registrationOf } from '../../support/builders/registrations.ts';
import {
  startScriptedHttpServer,
  type ScriptedHttpServer,
} from '../../support/gateway/scriptedHttpServer.ts';
import { temporaryDirectory } from '../../support/stack/temporaryDirectory.ts';

const directory = temporaryDirectory();
const authFile = join(directory, 'auth.json');
const writeAuth = (content: unknown): void => {
  writeFileSync(authFile, typeof content === 'string' ? content : JSON.stringify(content));
};

function gatewayAt(endpoint: string, files: Partial<HttpOptions & { isConfigured: boolean }>): Gateway {
  return createGateway({
    endpoint,
    isConfigured: true,
    replies: { success: ['0000'], alreadyGone: [], rejected: [] },
    timeoutMs: 10_000,
    authFile: undefined,
    caFile: undefined,
    mock: undefined,
    ...files,
  });
}

const register = (gateway: Gateway) => gateway.register(registrationOf());

describe('credentials', () => {
  let server: ScriptedHttpServer;
  beforeEach(async () => {
    server = await startScriptedHttpServer();
  });
  afterEach(() => server.close());

  test.each([
    ['basic', { basic: { username: 'ada', password: 'p:w' } }, 'authorization', `Basic ${btoa('ada:p:w')}`],
    ['a bearer token with the line end of its file', { bearer: 'abc\n' }, 'authorization', 'Bearer abc'],
    ['a header', { header: { name: 'X-Api-Key', value: 'k-1' } }, 'x-api-key', 'k-1'],
  ])('%s goes to the endpoint of the administrator', async (_form, auth, header, value) => {
    writeAuth(auth);
    expect((await register(gatewayAt(server.url, { authFile }))).kind).toBe('accepted');
    expect(server.requests[0]?.headers[header]).toBe(value);
  });

  test('they never go to the default endpoint: a tenant could have made it', async () => {
    writeAuth({ bearer: 'secret', header: { name: 'X-Api-Key', value: 'secret' } });
    const http = await createHttp({ authFile, caFile: undefined }, false);
    await http.post(server.url, {});
    expect(JSON.stringify(server.requests)).not.toContain('secret');
  });

  test('a gateway that the administrator did not name gets none', async () => {
    writeAuth({ bearer: 'secret' });
    await register(gatewayAt(server.url, { authFile, isConfigured: false }));
    await register(gatewayAt(server.url, { authFile }));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer secret']);
  });

  test('they are read anew for every call, so that a rotated Secret needs no restart', async () => {
    const gateway = gatewayAt(server.url, { authFile });
    writeAuth({ bearer: 'old' });
    await register(gateway);
    writeAuth({ bearer: 'new' });
    await register(gateway);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  test.each([
    ['no JSON', 'hunter2{', 'is not JSON'],
    ['a wrong type', { bearer: { hunter2: 1 } }, 'bearer'],
    ['a missing part', { basic: { username: 'hunter2' } }, 'basic.password'],
    ['a header name that is none', { header: { name: 'a b', value: 'hunter2' } }, 'header.name'],
    ['a key that nobody knows', { hunter2: 'hunter2' }, 'it holds basic, bearer, header'],
  ])(
    'a file with %s names file and field, never content, and nothing is sent',
    async (_what, content, words) => {
      writeAuth(content);
      const outcome = await register(gatewayAt(server.url, { authFile }));
      expect(outcome).toMatchObject({ kind: 'unavailable', reply: { code: 'not-sent' } });
      expect(outcome.reply.message).toContain('APIG_AUTH_FILE');
      expect(outcome.reply.message).toContain(authFile);
      expect(outcome.reply.message).toContain(words);
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
      expect(server.requests).toEqual([]);
    },
  );

  test('a header value that cannot be sent is not shown', async () => {
    writeAuth({ header: { name: 'X-Api-Key', value: 'hunter2\r\nX-Evil: 1' } });
    const outcome = await register(gatewayAt(server.url, { authFile }));
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    expect(server.requests.map(({ headers }) => headers['x-evil'])).not.toContain('1');
  });

  test.each([
    ['APIG_AUTH_FILE', { authFile: join(directory, 'absent') }],
    ['APIG_CA_FILE', { caFile: join(directory, 'absent') }],
  ])('a file of %s that is not there is named', async (setting, files) => {
    const { reply } = await register(gatewayAt(server.url, files));
    expect(reply.message).toBe(`Nothing was sent (${setting} ${join(directory, 'absent')} cannot be read)`);
  });

  test('a proxy of the environment gets nothing', async () => {
    const proxy = await startScriptedHttpServer();
    process.env['http_proxy'] = proxy.url;
    try {
      await register(gatewayAt(server.url, {}));
    } finally {
      delete process.env['http_proxy'];
      await proxy.close();
    }
    expect(proxy.requests).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('TLS', () => {
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  const sign = (name: string, extension: string): void => {
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    );
    writeFileSync(file(`${name}.ext`), extension);
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  let server: ScriptedHttpServer;

  beforeAll(async () => {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=own authority',
    );
    sign('gateway', 'subjectAltName=IP:127.0.0.1');
    sign('operator', 'extendedKeyUsage=clientAuth');
    server = await startScriptedHttpServer({
      key: readFileSync(file('gateway.key')),
      cert: readFileSync(file('gateway.pem')),
      ca: readFileSync(file('ca.pem')),
      requestCert: true,
      rejectUnauthorized: false,
    });
  });
  afterAll(() => server.close());

  test("a gateway with a certificate of the administrator's authority is trusted, and shown the client's", async () => {
    writeAuth({
      clientCertificate: readFileSync(file('operator.pem'), 'utf8'),
      clientKey: readFileSync(file('operator.key'), 'utf8'),
    });
    const outcome = await register(gatewayAt(server.url, { authFile, caFile: file('ca.pem') }));
    expect(outcome.kind).toBe('accepted');
    expect(server.requests.at(-1)?.peer).toBe('operator');
  });

  test('a gateway that nobody vouches for gets nothing', async () => {
    const before = server.requests.length;
    writeAuth({ bearer: 'secret' });
    expect(await register(gatewayAt(server.url, { authFile }))).toMatchObject({ kind: 'unavailable' });
    expect(server.requests).toHaveLength(before);
  });

  test('a gateway under another name than its certificate gets nothing', async () => {
    const before = server.requests.length;
    const elsewhere = server.url.replace('127.0.0.1', 'localhost');
    expect(await register(gatewayAt(elsewhere, { caFile: file('ca.pem') }))).toMatchObject({
      kind: 'unavailable',
      reply: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(server.requests).toHaveLength(before);
  });
});

test('APIG_MOCK says yes with its text, cleaned, and calls nobody', async () => {
  const gateway = createGateway({
    endpoint: 'http://127.0.0.1:9',
    isConfigured: true,
    replies: { success: [], alreadyGone: [], rejected: [] },
    timeoutMs: 1_000,
    authFile: undefined,
    caFile: undefined,
    mock: `<b>${'x'.repeat(300)}`,
  });
  const outcome = await register(gateway);
  expect(outcome).toMatchObject({ kind: 'accepted', reply: { code: 'mock' } });
  expect(outcome.reply.message).toBe(`b ${'x'.repeat(254)}`);
});
