import { fenceGateway } from '../../src/gateway/fence.ts';
import { registrationOf } from '../support/builders/registrations.ts';
import { ScriptedGateway } from '../support/gateway/scriptedGateway.ts';

test('a worker that may not call any more does not, and says that nothing was done', async () => {
  const gateway = new ScriptedGateway();
  let mayCall = true;
  const fenced = fenceGateway(gateway, () => mayCall);
  expect((await fenced.register(registrationOf())).kind).toBe('accepted');
  mayCall = false;
  expect(await fenced.register(registrationOf())).toMatchObject({ kind: 'unavailable' });
  expect(await fenced.remove(registrationOf())).toMatchObject({ kind: 'unavailable' });
  expect(gateway.calls).toHaveLength(1);
});
