import { NEW_STATE, viewOf } from '../../../src/domain/exposedApi/state.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

test('the query registration shows where specifications are, and not the secrets of signed links', () => {
  const signed = registrationOf({ specification: 'https://specs.example/v4.json?sig=hunter2' });
  const record = {
    registered: signed,
    unconfirmed: [{ ...signed, specification: { url: 'https://a.example/?sig=hunter2', version: 'v4' } }],
    inFlight: [],
  };
  const view = viewOf({ ...NEW_STATE, record }, 0);
  expect(JSON.stringify(view)).not.toContain('hunter2');
  expect(view.registered?.specification).toBe('https://specs.example/v4.json?…');
});
