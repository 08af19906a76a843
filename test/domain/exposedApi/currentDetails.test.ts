import { currentDetails } from '../../../src/domain/exposedApi/currentDetails.ts';
import { NEW_STATE } from '../../../src/domain/exposedApi/state.ts';
import { EMPTY_RECORD } from '../../../src/domain/registration/record.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const EVIL = 'x|y`z`[click](javascript:alert(1))<img src=x>\n# owned\r\n| a | b |';

test('says state, cause, what is wanted and held, and what a person can do', () => {
  const page = currentDetails(
    {
      ...NEW_STATE,
      condition: { state: 'Retrying', reason: 'GatewayUnavailable', message: 'The gateway did not confirm.' },
      record: { ...EMPTY_RECORD, unconfirmed: [registrationOf({ path: '/old' })] },
      failures: { count: 2, since: 0, nextAttemptAt: 0, reason: 'GatewayUnavailable', cause: '', call: '' },
      lastReply: { code: '0001', message: 'busy' },
    },
    presentApi(),
    'http://10.0.0.1/old',
  );
  for (const words of [
    '### Retrying',
    'The gateway did not confirm.',
    '- **wanted**: /shop/catalog/v4 → catalog:8080',
    '- **registered**: nothing confirmed',
    '- **possibly registered**: /old → catalog:8080',
    '- **URL**: `http://10.0.0.1/old`',
    '- **last reply**: 0001 busy',
    '- **failing**: since 1970-01-01T00:00:00.000Z',
    '`retry`',
  ])
    expect(page).toContain(words);
});

test('nothing that a gateway, a tenant or a status says breaks out of its line', () => {
  const evil = registrationOf({ path: EVIL });
  const lines = (text: string): number => text.split(/\r|\n|\u2028|\u2029/).length;
  const show = (text: string): string =>
    currentDetails(
      {
        ...NEW_STATE,
        condition: { state: 'Rejected', reason: 'GatewayRejected', message: text },
        record: { registered: { ...evil, path: text }, unconfirmed: [{ ...evil, path: text }], inFlight: [] },
        lastReply: { code: text, message: text },
      },
      presentApi({
        component: text,
        desired: { kind: 'register', registration: { ...evil, path: text } },
      }),
      text,
    );
  const page = show(EVIL);
  expect(lines(page)).toBe(lines(show('plain')));
  // Code is a text whatever it holds.
  const outsideCode = page.replaceAll(/`[^`\n]*`/g, '');
  expect(outsideCode).not.toMatch(/[`<>[\]|]/);
  expect(page.split('\n').filter((line) => line.startsWith('#'))).toEqual(['### Rejected']);
  expect(page.split('\n').filter((line) => line.startsWith('|'))).toEqual([]);
});
