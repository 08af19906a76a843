import { meterCalls } from '../../src/app/meterGateways.ts';
import { fenceGateway, meterGateway } from '../../src/gateway/gateway.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
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

test('every call is told as it begins, and as it ends with its outcome, which is handed on', async () => {
  const gateway = new ScriptedGateway();
  gateway.next('accepted', 'rejected');
  const seen: unknown[] = [];
  const metered = meterGateway(gateway, (verb) => {
    seen.push([verb, 'begins', gateway.calls.length]);
    return (outcome, seconds) => void seen.push([verb, outcome, seconds >= 0]);
  });
  expect((await metered.register(registrationOf())).kind).toBe('accepted');
  expect((await metered.remove(registrationOf())).kind).toBe('rejected');
  expect(seen).toEqual([
    ['register', 'begins', 0],
    ['register', 'accepted', true],
    ['remove', 'begins', 1],
    ['remove', 'rejected', true],
  ]);
});

test('a call of a driver that throws ends, too: it is not counted as in flight for ever', async () => {
  const broken = (): never => {
    throw new Error('a driver must not throw');
  };
  const metrics = createMetrics();
  const { observe } = meterCalls(metrics, 'gateway.example:80');
  const metered = meterGateway({ register: broken, remove: broken }, observe);
  await expect(metered.register(registrationOf())).rejects.toThrow('must not throw');
  const page = await metrics.page();
  expect(page).toContain('apig_gateway_calls_in_flight{gateway="gateway.example:80"} 0');
  expect(page).toContain(
    'apig_gateway_calls_total{verb="register",outcome="unknown",gateway="gateway.example:80"} 1',
  );
});
