import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const changes = useOperator('changes', {
  settings: { APIG_TIMEOUT: '3s', APIG_PUBLIC_URL: '' },
});
const { namespace, user, cluster } = changes;
/** With the usual limit of a call, so that a busy machine does not lose one. */
const burst = useOperator('burst');

const rowsOf = (name: string) =>
  changes.gateway.table().flatMap((row) => (row.name === name ? [`${row.path}:${row.port}`] : []));

async function untilHeld(name: string): Promise<void> {
  await eventually('a call is out', () => changes.gateway.held().some((call) => call.name === name), 20_000);
}

test('a gateway without an address: the API is registered and says what is missing; its URL comes with the address and moves with it', async () => {
  await user.create('addressed');
  const { status } = await user.untilCondition('addressed', 'Ready', 'False GatewayAddressUnknown');
  expect(status.apiStatus['url']).toBeUndefined();
  expect(rowsOf('addressed')).toEqual([`/${namespace}/addressed:8080`]);
  const isAt = async (address: string): Promise<boolean> =>
    (await user.get('addressed'))?.status.apiStatus['url'] === `http://${address}/${namespace}/addressed`;
  await cluster.createIngress('10.9.0.1');
  await eventually('the URL is there', () => isAt('10.9.0.1'), 20_000);
  await user.untilCondition('addressed', 'Ready', 'True Available');
  await cluster.moveIngress('10.9.0.2');
  await eventually('the URL has moved', () => isAt('10.9.0.2'), 20_000);
  expect(changes.gateway.ledger({ name: 'addressed' })).toHaveLength(1);
}, 90_000);

test('a burst of changes while a call is out comes to one more call, with the last of them', async () => {
  const { gateway } = burst;
  gateway.addFault({ kind: 'slow', ms: 8_000, name: 'burst', operation: 'create', count: 1 });
  await burst.user.create('burst');
  await eventually('a call is out', () => gateway.held().length === 1);
  for (let port = 9_001; port <= 9_010; port += 1) await burst.user.patch('burst', { spec: { port } });
  gateway.release({ name: 'burst' });
  await eventually('the last is registered', () => gateway.table()[0]?.port === 9_010, 30_000);
  await burst.user.untilCondition('burst', 'Registered', 'True Confirmed');
  expect(gateway.ledger({ name: 'burst' }).map(({ body }) => body)).toEqual([
    expect.objectContaining({ port: 8080 }),
    expect.objectContaining({ port: 9010 }),
  ]);
}, 90_000);

test('a change while nobody knows how an earlier call went: it is registered, and nothing of the earlier one stays', async () => {
  // Carried out after its caller has given up, and after what came later.
  changes.gateway.addFault({ kind: 'straggle', ms: 4_500, name: 'unknown', operation: 'create', count: 1 });
  await user.create('unknown', { path: `/${namespace}/before` });
  await untilHeld('unknown');
  await user.patch('unknown', { spec: { path: `/${namespace}/after` } });
  await eventually(
    'the straggler has arrived',
    () => changes.gateway.ledger({ name: 'unknown' })[0]?.applied === true,
    30_000,
  );
  await eventually(
    'nothing is in doubt',
    async () => {
      const status = (await user.get('unknown'))?.status;
      return status?.apig['state'] === 'Registered' && status.apig['pending'] === undefined;
    },
    45_000,
  );
  expect(rowsOf('unknown')).toEqual([`/${namespace}/after:8080`]);
  expect(changes.gateway.ledger({ name: 'unknown' }).slice(1).length).toBeGreaterThan(1);
}, 120_000);

test('an implementation that does not exist is not ready, which keeps nobody from registering its API', async () => {
  await user.create('homeless', { implementation: 'nobody' });
  const { status } = await user.untilCondition('homeless', 'Ready', 'False NoReadyEndpoints');
  expect(status.implementation).toEqual({ ready: false });
  expect(await user.condition('homeless', 'Registered')).toBe('True Confirmed');
});
