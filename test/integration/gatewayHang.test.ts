import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const hang = useOperator('hang', {
  settings: { APIG_MAX_CONCURRENCY: '2', APIG_TIMEOUT: '60s' },
});
const { user } = hang;

test('an API whose call hangs delays no other: they are registered while it hangs, two calls at a time', async () => {
  hang.gateway.addFault({ kind: 'hang', name: 'hanging' });
  await user.create('hanging');
  await eventually('its call hangs', () => hang.gateway.held().length === 1, 20_000);
  const others = Array.from({ length: 10 }, (_, index) => `api-${index}`);
  for (const name of others) await user.create(name);
  for (const name of others) await user.untilCondition(name, 'Registered', 'True Confirmed');
  expect(hang.gateway.held().map(({ name }) => name)).toEqual(['hanging']);
  expect(hang.gateway.ledger({ name: 'hanging' })).toHaveLength(1);
  expect(
    hang.gateway
      .table()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(others);
});
