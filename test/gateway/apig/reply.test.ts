import fc from 'fast-check';
import { clean, judgeReply, type RawReply, type ReplyTable } from '../../../src/gateway/apig/reply.ts';

const TABLE: ReplyTable = { success: ['0000', '00000'], alreadyGone: [], rejected: [] };
const NOW = Date.parse('2026-01-01T00:00:00Z');

function judge(
  raw: Partial<RawReply>,
  table: Partial<ReplyTable> = {},
  verb: 'register' | 'remove' = 'register',
) {
  const { status = 200, body = '', retryAfter } = raw;
  return judgeReply(verb, { status, body, retryAfter }, { ...TABLE, ...table }, NOW);
}

const apig = (code: string | number, message = 'words'): string =>
  JSON.stringify({ res_code: code, res_message: message });

describe('judgeReply', () => {
  test.each([
    ['the success code of today', { body: apig('0000') }, 'accepted'],
    ['the success code of the older generation', { body: apig('00000') }, 'accepted'],
    ['another code', { body: apig('0001') }, 'unavailable'],
    ['a code as number, which has lost its zeros', { body: apig(0) }, 'unavailable'],
    ['a success code under a status that is not 200', { status: 500, body: apig('0000') }, 'unknown'],
    ['a created that APIG never sends', { status: 201, body: apig('0000') }, 'unknown'],
    ['an empty body', { body: '' }, 'unknown'],
    ['a page of somebody in between', { body: '<html>welcome</html>' }, 'unknown'],
    ['JSON that is no reply', { body: '[]' }, 'unknown'],
    ['a code that is no code', { body: '{"res_code": {}}' }, 'unknown'],
    ['400', { status: 400 }, 'rejected'],
    ['404', { status: 404 }, 'rejected'],
    ['422', { status: 422 }, 'rejected'],
    ['401', { status: 401 }, 'unavailable'],
    ['403', { status: 403 }, 'unavailable'],
    ['429', { status: 429 }, 'unavailable'],
    ['503', { status: 503 }, 'unavailable'],
    ['500', { status: 500 }, 'unknown'],
    ['502', { status: 502 }, 'unknown'],
    ['504', { status: 504 }, 'unknown'],
    ['a redirect', { status: 302 }, 'unknown'],
  ])('%s is %s', (_what, raw, kind) => {
    expect(judge(raw).kind).toBe(kind);
  });

  test('a success code is what the administrator says it is', () => {
    expect(judge({ body: apig('OK') }, { success: ['OK'] }).kind).toBe('accepted');
    expect(judge({ body: apig('0000') }, { success: ['OK'] }).kind).toBe('unavailable');
  });

  test('codes and statuses that refuse for good can be configured', () => {
    expect(judge({ body: apig('4711') }, { rejected: ['4711'] }).kind).toBe('rejected');
    expect(judge({ status: 409, body: 'conflict' }, { rejected: ['http:409'] }).kind).toBe('rejected');
  });

  test('"not known here" counts as removed, and as nothing else for a registration', () => {
    const table = { alreadyGone: ['0404', 'http:404'] };
    expect(judge({ body: apig('0404') }, table, 'remove').kind).toBe('accepted');
    expect(judge({ status: 404 }, table, 'remove').kind).toBe('accepted');
    expect(judge({ body: apig('0404') }, table, 'register').kind).toBe('unavailable');
    expect(judge({ status: 404 }, table, 'register').kind).toBe('rejected');
  });

  test.each([404, 410])('%i with the words of an APIG says that a removal is done already', (status) => {
    expect(judge({ status, body: apig('4040') }, {}, 'remove').kind).toBe('accepted');
    expect(judge({ status, body: apig('4040') }, {}, 'register').kind).not.toBe('accepted');
    expect(judge({ status, body: 'no such page' }, {}, 'remove').kind).not.toBe('accepted');
    expect(judge({ status, body: apig('4040') }, { rejected: ['4040'] }, 'remove').kind).toBe('rejected');
  });

  test.each([
    ['seconds', '7', 7_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['more than an hour, which is cut', '86400', 3_600_000],
    ['a date that has passed', 'Wed, 31 Dec 2025 00:00:00 GMT', undefined],
    ['nonsense', 'soon', undefined],
    ['zero', '0', undefined],
  ])('Retry-After as %s', (_form, retryAfter, expected) => {
    expect(judge({ status: 503, retryAfter })).toMatchObject({ kind: 'unavailable' });
    expect(judge({ status: 503, retryAfter })).toHaveProperty('retryAfterMs', expected);
  });

  test('the reply keeps the code and the words of the gateway', () => {
    expect(judge({ body: apig('0001', 'no such catalogue') }).reply).toEqual({
      code: '0001',
      message: 'no such catalogue',
    });
    expect(judge({ status: 502, body: '<h1>Bad gateway</h1>' }).reply).toEqual({
      code: 'http:502',
      message: 'HTTP status 502',
    });
  });

  test('whatever comes is judged, never thrown', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.string().map((code) => apig(code, code)),
        ),
        fc.option(fc.string(), { nil: undefined }),
        (status, body, retryAfter) => {
          const { kind, reply } = judge({ status, body, retryAfter });
          expect(kind !== 'accepted' || status === 200).toBe(true);
          expect(reply.message.length).toBeLessThanOrEqual(256);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('clean', () => {
  test('a gateway that repeats a signed link does not get its secret into a status', () => {
    expect(clean('cannot load https://a.example/x?sig=hunter2')).toBe('cannot load https://a.example/x?…');
  });

  test('takes control characters, invisible ones and markup out', () => {
    expect(clean('\u001b[31mred\u0000\r\n<b>bold</b>\u202e\u200b end ')).toBe('[31mred b bold /b end');
  });

  test('gives at most 256 whole characters that any JSON parser reads back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.string(), (text, more) => {
        const cleaned = clean(`${more}\ud83d${text}`);
        expect(cleaned.length).toBeLessThanOrEqual(256);
        expect(cleaned).toBe(cleaned.toWellFormed());
        expect(cleaned).not.toMatch(/[<>\p{Cc}]/u);
        expect(clean(cleaned)).toBe(cleaned);
      }),
      { numRuns: 1_000 },
    );
  });

  test('does not leave half of a character at the cut', () => {
    expect(clean(`${'x'.repeat(255)}😀`)).toBe(`${'x'.repeat(255)}\ufffd`);
  });
});
