import { describeReply, NOT_SHOWN } from '../../../src/domain/registration/outcome.ts';

test.each([
  [
    'refuses in its own words, which are quoted',
    { code: '4711', message: 'no such document: x' },
    'The gateway answered with code 4711 and the message "no such document: x"',
  ],
  [
    'answers with a status and no words',
    { code: 'http:503', message: 'HTTP status 503' },
    'The gateway answered with HTTP status 503',
  ],
  [
    'may not be quoted',
    { code: 'http:502', message: NOT_SHOWN },
    `The gateway answered with HTTP status 502; ${NOT_SHOWN}`,
  ],
  [
    'may not be quoted, and answered what is no reply',
    { code: 'unreadable', message: NOT_SHOWN },
    `The gateway answered with code unreadable; ${NOT_SHOWN}`,
  ],
  [
    'cannot be reached',
    { code: 'ECONNREFUSED', message: 'No answer came from the gateway (connect ECONNREFUSED 192.0.2.1:80)' },
    'No answer came from the gateway (connect ECONNREFUSED 192.0.2.1:80)',
  ],
  [
    'is silent',
    { code: 'timeout', message: 'No answer came from the gateway within 10 s' },
    'No answer came from the gateway within 10 s',
  ],
])('a gateway that %s comes to a sentence', (_what, reply, sentence) => {
  expect(describeReply(reply)).toBe(sentence);
});
