import { meterGateway } from '../../src/gateway/meter.ts';
import { registrationOf } from '../support/builders/registrations.ts';
import { ScriptedGateway } from '../support/gateway/scriptedGateway.ts';

test('every call is counted by verb and outcome, and its outcome handed on', async () => {
  const gateway = new ScriptedGateway();
  gateway.next('accepted', 'rejected');
  const seen: unknown[] = [];
  const metered = meterGateway(gateway, (verb, outcome, seconds) => {
    seen.push([verb, outcome, seconds >= 0]);
  });
  expect((await metered.register(registrationOf())).kind).toBe('accepted');
  expect((await metered.remove(registrationOf())).kind).toBe('rejected');
  expect(seen).toEqual([
    ['register', 'accepted', true],
    ['remove', 'rejected', true],
  ]);
});
