import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const reset = useOperator('reset');
const { namespace, user } = reset;

const pathOf = (name: string): string => `/${namespace}/${name}`;
const rows = (): string[] => reset.gateway.table().map(({ name, path }) => `${name} ${path}`);
const callsFor = (name: string) =>
  reset.gateway.ledger({ name }).map(({ operation, path }) => `${operation} ${path ?? ''}`);
const idOf = (name: string): string => reset.operator.workflowId({ plural: EXPOSED_APIS, namespace, name });

async function register(name: string, path: string): Promise<void> {
  await user.create(name, { path });
  await user.untilCondition(name, 'Registered', 'True Confirmed');
  await reset.histories.idleLengths([idOf(name)]);
}

test('a workflow that is reset to a time when its API had a path that is another’s now touches nothing of the other', async () => {
  await register('mover', pathOf('first'));
  const before = await reset.histories.lastTask(idOf('mover'));
  await user.patch('mover', { spec: { path: pathOf('second') } });
  await eventually('it has moved', () => rows().join() === `mover ${pathOf('second')}`, 20_000);
  await user.untilCondition('mover', 'Registered', 'True Confirmed');
  await register('taker', pathOf('first'));
  await reset.histories.idleLengths([idOf('mover')]);
  reset.gateway.clearLedger();

  await reset.histories.reset(idOf('mover'), before);
  await eventually('it is asserted', () => callsFor('mover').length > 0, 20_000);
  await user.untilCondition('mover', 'Registered', 'True Confirmed');
  await reset.histories.idleLengths([idOf('mover')]);
  expect(callsFor('mover')).toEqual([`create ${pathOf('second')}`]);
  expect(callsFor('taker')).toEqual([]);
  expect(rows().toSorted()).toEqual([`mover ${pathOf('second')}`, `taker ${pathOf('first')}`]);
}, 90_000);
