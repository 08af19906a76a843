import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const COUNT = 10;
const INTERVAL_S = 16;
const NAMES = Array.from({ length: COUNT }, (_, index) => `api-${index}`);

const reassert = useOperator('reassert', {
  settings: { REASSERT_INTERVAL: `${INTERVAL_S}s` },
});
const { user } = reassert;

test('a gateway that lost its table has every route back within REASSERT_INTERVAL, one after the other, and no API flaps', async () => {
  await Promise.all(NAMES.map((name) => user.create(name)));
  for (const name of NAMES) await user.untilCondition(name, 'Ready', 'True Available');
  const before = await Promise.all(NAMES.map((name) => user.get(name)));
  await fetch(`${reassert.gateway.adminUrl}/reset`, { method: 'POST' });
  expect(reassert.gateway.table()).toEqual([]);
  // The second half is for a busy machine.
  await eventually('every route is back', () => reassert.gateway.table().length === COUNT, INTERVAL_S * 1500);
  const times = reassert.gateway.ledger().map(({ receivedAt }) => Date.parse(receivedAt));
  // They are sent 0.8 s apart; at the gateway's limits alone all would come within half a second.
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(2_000);
  for (const [index, name] of NAMES.entries()) {
    await eventually(
      `${name} tells the newer confirmation`,
      async () =>
        (await user.get(name))?.status.apig['registeredAt'] !== before[index]?.status.apig['registeredAt'],
      10_000,
    );
    const after = await user.get(name);
    expect(after?.status.conditions).toEqual(before[index]?.status.conditions);
    expect(after?.status.apiStatus).toEqual(before[index]?.status.apiStatus);
    await reassert.events(name).untilAll(['Normal Registered']);
  }
});
