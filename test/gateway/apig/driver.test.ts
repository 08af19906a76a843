import { createApig } from '../../../src/gateway/apig/driver.ts';
import type { ReplyTable } from '../../../src/gateway/apig/reply.ts';
import type { Gateway } from '../../../src/gateway/gateway.ts';
import { createHttp } from '../../../src/gateway/apig/http.ts';
import { registrationOf } from '../../support/builders/registrations.ts';
import {
  cutInTheMiddle,
  neverAnswer,
  reply,
  resetAfterRequest,
  startScriptedHttpServer,
  type Script,
  type ScriptedHttpServer,
} from '../../support/gateway/scriptedHttpServer.ts';

const REPLIES: ReplyTable = { success: ['0000', '00000'], alreadyGone: ['0404'], rejected: ['4711'] };
const REGISTRATION = registrationOf();

let server: ScriptedHttpServer;

beforeEach(async () => {
  server = await startScriptedHttpServer();
});
afterEach(() => server.close());

function gatewayAt(endpoint: string, timeoutMs = 5_000, isTrusted = true): Gateway {
  return createApig({
    http: () => createHttp({ authFile: undefined, caFile: undefined }, false),
    endpoint,
    replies: REPLIES,
    timeoutMs,
    isTrusted,
    now: Date.now,
  });
}

describe('the wire', () => {
  test.each([
    ['register', 'createAPIFromSwagger'],
    ['remove', 'removeAPIFromSwagger'],
  ] as const)('%s is a POST of exactly the five fields to %s', async (verb, operation) => {
    const more = { ...REGISTRATION, extra: 'never sent' };
    const outcome = await gatewayAt(server.url)[verb](more);
    expect(outcome).toEqual({ kind: 'accepted', reply: { code: '0000', message: 'done' } });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: `/operator/AutoCreation/${operation}` });
    expect(request?.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      path: '/shop/catalog/v4',
      name: 'shop-catalog-v4',
      specification: 'https://specs.example/TMF620-v4.json',
      implementation: 'catalog',
      port: 8080,
    });
  });

  test.each([
    ['a list of URLs', ['https://specs.example/a.json', 'https://specs.example/b.json']],
    ['an object', { url: 'https://specs.example/a.json', version: 'v4' }],
  ])('the specification can be %s', async (_form, specification) => {
    await gatewayAt(server.url).register(registrationOf({ specification }));
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ specification });
  });

  test('policies are a sixth field of a creation, and no part of a removal', async () => {
    const policies = { rateLimit: { enabled: true, identifier: 'IP', limit: '5', interval: 'ps' } } as const;
    const { name, path, specification, implementation, port } = REGISTRATION;
    const five = { name, path, specification, implementation, port };
    await gatewayAt(server.url).register({ ...REGISTRATION, policies });
    await gatewayAt(server.url).remove({ ...REGISTRATION, policies });
    expect(server.requests.map(({ body }): unknown => JSON.parse(body))).toEqual([
      { ...five, policies },
      five,
    ]);
  });

  test('an endpoint may have a path of its own', async () => {
    await gatewayAt(`${server.url}/behind/proxy`).register(REGISTRATION);
    expect(server.requests[0]?.path).toBe('/behind/proxy/operator/AutoCreation/createAPIFromSwagger');
  });
});

describe('the answers', () => {
  const isLong = 'x'.repeat(1_000_000);
  test.each<[string, Script, string, string]>([
    ['the older success code', reply(200, { res_code: '00000' }), 'accepted', '00000'],
    ['another code', reply(200, { res_code: '0001', res_message: 'no' }), 'unavailable', '0001'],
    ['a configured refusal', reply(200, { res_code: '4711' }), 'rejected', '4711'],
    ['a bad request', reply(400, 'bad'), 'rejected', 'http:400'],
    ['unauthorised', reply(401, ''), 'unavailable', 'http:401'],
    ['an overloaded gateway', reply(503, '', { 'Retry-After': '3' }), 'unavailable', 'http:503'],
    ['an error in the gateway', reply(500, 'trace'), 'unknown', 'http:500'],
    ['a proxy whose gateway hangs', reply(504, ''), 'unknown', 'http:504'],
    ['a login page', reply(200, '<html>log in</html>'), 'unknown', 'unreadable'],
    ['bytes that are no text', reply(200, '\u0000\ufffd{'), 'unknown', 'unreadable'],
    ['far too much', reply(200, { res_code: '0000', res_message: isLong }), 'unknown', 'ERR_BAD_RESPONSE'],
    ['a connection that is reset', resetAfterRequest, 'unknown', 'ECONNRESET'],
  ])('%s', async (_what, script, kind, code) => {
    server.answer(script);
    const outcome = await gatewayAt(server.url).register(REGISTRATION);
    expect({ kind: outcome.kind, code: outcome.reply.code }).toEqual({ kind, code });
  });

  test('half a reply tells nothing', async () => {
    server.answer(cutInTheMiddle);
    expect((await gatewayAt(server.url).register(REGISTRATION)).kind).toBe('unknown');
  });

  test('Retry-After is handed on', async () => {
    server.answer(reply(429, '', { 'Retry-After': '3' }));
    expect(await gatewayAt(server.url).register(REGISTRATION)).toMatchObject({
      kind: 'unavailable',
      retryAfterMs: 3_000,
    });
  });

  test('a redirect is not followed, with the registration least of all', async () => {
    server.answer(reply(307, '', { Location: `${server.url}/elsewhere` }));
    const outcome = await gatewayAt(server.url).register(REGISTRATION);
    expect(outcome).toMatchObject({ kind: 'unknown', reply: { code: 'http:307' } });
    expect(server.requests).toHaveLength(1);
  });

  test('a refused connection has sent nothing', async () => {
    const gone = await startScriptedHttpServer();
    await gone.close();
    expect(await gatewayAt(gone.url).register(REGISTRATION)).toMatchObject({
      kind: 'unavailable',
      reply: { code: 'ECONNREFUSED' },
    });
  });

  test('no answer within the time-out is an unknown outcome, and the call is over', async () => {
    server.answer(neverAnswer);
    const begin = performance.now();
    const outcome = await gatewayAt(server.url, 200).register(REGISTRATION);
    expect(outcome).toEqual({
      kind: 'unknown',
      reply: { code: 'timeout', message: 'No answer came from the gateway within 0.2 s' },
    });
    expect(performance.now() - begin).toBeLessThan(4_000);
  });

  test('a reply that trickles does not outlast the time-out', async () => {
    server.answer((response) => {
      response.writeHead(200);
      response.write('{"res_code"');
    });
    expect((await gatewayAt(server.url, 200).register(REGISTRATION)).reply.code).toBe('timeout');
  });

  test('whoever called can end it early', async () => {
    const controller = new AbortController();
    server.answer(() => controller.abort());
    const outcome = await gatewayAt(server.url).register(REGISTRATION, controller.signal);
    expect(outcome).toMatchObject({ kind: 'unknown', reply: { code: 'ERR_CANCELED' } });
  });

  test('a removal that is answered with "not known here" is done', async () => {
    server.answer(reply(200, { res_code: '0404', res_message: 'unknown api' }));
    expect((await gatewayAt(server.url).remove(REGISTRATION)).kind).toBe('accepted');
  });
});

describe('a gateway that the administrator did not name', () => {
  const answered = async (script: Script) => {
    server.answer(script);
    return gatewayAt(server.url, 5_000, false).register(REGISTRATION);
  };

  test.each([
    ['a refusal', reply(200, { res_code: '9999', res_message: 'hunter2' }), 'unavailable', '9999'],
    ['another page', reply(200, 'hunter2 is the password'), 'unknown', 'unreadable'],
    ['an error page', reply(500, 'hunter2'), 'unknown', 'http:500'],
    [
      'a code that is a text',
      reply(200, { res_code: 'hunter2 is the password' }),
      'unavailable',
      'not-shown',
    ],
    ['success', reply(200, { res_code: '0000', res_message: 'hunter2' }), 'accepted', '0000'],
  ])(
    'answers %s: it counts, and none of its words is shown, for a tenant may have chosen it',
    async (...row) => {
      const [, script, kind, code] = row;
      const outcome = await answered(script);
      expect(outcome).toMatchObject({ kind, reply: { code } });
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
    },
  );

  test('is not reached: no address is shown, for names lead to where tenants cannot look', async () => {
    const { reply: told } = await gatewayAt('http://127.0.0.1:9', 5_000, false).register(REGISTRATION);
    expect(told).toEqual({ code: 'ECONNREFUSED', message: 'No answer came from the gateway (ECONNREFUSED)' });
  });
});
