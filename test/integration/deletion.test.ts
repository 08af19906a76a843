import { ApiException, CoreV1Api } from '@kubernetes/client-node';
import { ANNOTATIONS, EXPOSED_APIS, FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { userApis } from '../support/cluster/userApis.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const deletion = useOperator('deletion', { namespaces: ['doomed'] });
const { stack, namespace, user } = deletion;
const [doomed = ''] = deletion.namespaces;
afterEach(async () => {
  if (!deletion.gateway.isListening()) await deletion.gateway.resume();
});

const WAITS = 'waits for the gateway. No answer came from the gateway (connect ECONNREFUSED';
const STRIPPED = { metadata: { finalizers: null } };
const pathOf = (name: string): string => `/${namespace}/${name}`;
const idOf = (name: string): string =>
  deletion.operator.workflowId({ plural: EXPOSED_APIS, namespace, name });
const rowsOf = (name: string) =>
  deletion.gateway.table().flatMap((row) => (row.name === name ? [{ path: row.path, port: row.port }] : []));

async function register(name: string): Promise<void> {
  await user.create(name);
  await user.untilCondition(name, 'Ready', 'True Available');
}

/** As soon as the name is free. */
async function createAgain(name: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
  const isCreated = async (): Promise<boolean> => {
    try {
      await user.create(name, spec);
      return true;
    } catch (error) {
      if (error instanceof ApiException && error.code === 409) return false;
      throw error;
    }
  };
  await eventually(`the name ${name} is free`, isCreated, 30_000);
}

async function expectRegisteredAndHeld(name: string, row: { path: string; port: number }): Promise<void> {
  await eventually(
    `${name} is registered and held`,
    async () => {
      const { status, metadata } = await user.untilCondition(name, 'Registered', 'True Confirmed');
      return status.apig['state'] === 'Registered' && metadata.finalizers.includes(FINALIZER);
    },
    20_000,
  );
  expect(rowsOf(name)).toEqual([row]);
}

test('a finalizer that somebody took away comes back', async () => {
  await register('stripped');
  await user.patch('stripped', STRIPPED);
  await expectRegisteredAndHeld('stripped', { path: pathOf('stripped'), port: 8080 });
});

test('an API that is deleted by force, its finalizer taken away first, leaves nothing at the gateway', async () => {
  await register('forced');
  await user.patch('forced', STRIPPED);
  await user.remove('forced');
  await user.untilGone('forced');
  await eventually('nothing is left at the gateway', () => rowsOf('forced').length === 0, 20_000);
});

type Removal = (name: string) => Promise<void>;

const WAYS: readonly (readonly [string, string, Removal])[] = [
  ['after a deletion that took its course', 'honoured', (name) => user.remove(name)],
  [
    'after a deletion by force',
    'forced',
    async (name) => {
      await user.patch(name, STRIPPED);
      await user.remove(name);
    },
  ],
  [
    'after its finalizer was taken away while the removal waited for the gateway',
    'waiting',
    async (name) => {
      await deletion.gateway.pause();
      await user.remove(name);
      await user.untilSaid(name, 'Registered', WAITS);
      await user.patch(name, STRIPPED);
    },
  ],
];

describe.each(WAYS)('an API made again at once under its old name, %s,', (_way, kind, remove) => {
  test.each([
    ['the same spec', 'same', {}],
    ['another path and port', 'other', { path: '/elsewhere', port: 9090 }],
  ])('with %s, is held and is all that the gateway has of that name', async (_what, variant, change) => {
    const name = `again-${kind}-${variant}`;
    await register(name);
    const before = await user.get(name);
    await remove(name);
    const wanted = { port: 8080, ...change, path: `${'path' in change ? change.path : ''}${pathOf(name)}` };
    await createAgain(name, wanted);
    if (!deletion.gateway.isListening()) await deletion.gateway.resume();
    await expectRegisteredAndHeld(name, wanted);
    expect((await user.get(name))?.metadata.uid).not.toBe(before?.metadata.uid);
  });
});

test('a registration that the gateway no longer knows counts as removed', async () => {
  await register('unknown');
  await fetch(`${deletion.gateway.url}/operator/AutoCreation/removeAPIFromSwagger`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(deletion.gateway.ledger({ name: 'unknown' })[0]?.body),
  });
  expect(rowsOf('unknown')).toEqual([]);
  await user.remove('unknown');
  await user.untilGone('unknown');
  expect(deletion.gateway.ledger({ name: 'unknown' }).at(-1)).toMatchObject({
    operation: 'remove',
    resCode: '0404',
  });
  await deletion.events('unknown').untilAll(['Normal Registered', 'Normal Removed']);
});

test('with the deletion policy Retain the resource goes without a call, and an Event says what stays', async () => {
  await register('retained');
  await user.patch('retained', { metadata: { annotations: { [ANNOTATIONS.deletionPolicy]: 'Retain' } } });
  await user.remove('retained');
  await user.untilGone('retained');
  expect((await deletion.histories.end(idOf('retained'))).result).toContain('Released by Retain');
  expect(rowsOf('retained')).toEqual([{ path: pathOf('retained'), port: 8080 }]);
  expect(deletion.gateway.ledger({ name: 'retained' }).map(({ operation }) => operation)).toEqual(['create']);
  await deletion.events('retained').untilAll(['Normal Registered', 'Normal Released']);
  expect(await deletion.events('retained').until('Normal Released')).toContain(pathOf('retained'));
});

test('a deletion released by force while the gateway is away is audited: an Event, and when it was in the history', async () => {
  await register('released');
  await deletion.gateway.pause();
  await user.remove('released');
  await user.untilSaid('released', 'Registered', WAITS);
  const asked = Date.now();
  await user.patch('released', { metadata: { annotations: { [ANNOTATIONS.forceRelease]: 'true' } } });
  await user.untilGone('released');
  expect(await deletion.events('released').until('Normal Released')).toContain(
    `force-release without a removal; left at the gateway: ${pathOf('released')}`,
  );
  const end = await deletion.histories.end(idOf('released'));
  expect(end.result).toContain('force-release');
  expect(end.at).toBeGreaterThanOrEqual(asked - 1_000);
});

test('a namespace that is deleted while the gateway is away waits for it, says why, and goes when it is back', async () => {
  const inDoomed = userApis(stack.kubeConfig, doomed);
  await inDoomed.create('last');
  await inDoomed.untilCondition('last', 'Registered', 'True Confirmed');
  await deletion.gateway.pause();
  await stack.kubeConfig.makeApiClient(CoreV1Api).deleteNamespace({ name: doomed });
  await inDoomed.untilSaid('last', 'Registered', WAITS);
  await deletion.gateway.resume();
  // The namespace controller comes back to what it had to leave in steps of its own, which grow.
  await inDoomed.untilGone('last');
  expect(deletion.gateway.table().filter(({ path }) => path.startsWith(`/${doomed}/`))).toEqual([]);
});
