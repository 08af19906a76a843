import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const uninstall = useOperator('uninstall');
const { user: apis, components } = uninstall;

/** A Component with two registered APIs. */
async function install(component: string): Promise<readonly string[]> {
  const owned = await components.create(component);
  const names = [`${component}-orders`, `${component}-prices`];
  for (const name of names) await apis.create(name, {}, undefined, owned);
  for (const name of names) await apis.untilCondition(name, 'Registered', 'True Confirmed');
  return names;
}

async function untilUninstalled(component: string, names: readonly string[]): Promise<void> {
  for (const name of names) await apis.untilGone(name);
  await eventually(
    'the Component is gone',
    async () => (await components.get(component)) === undefined,
    30_000,
  );
  expect(uninstall.gateway.table()).toEqual([]);
}

test('a Component deleted in the background goes at once; the garbage collector deletes its APIs, and the gateway keeps none', async () => {
  const names = await install('background');
  await components.remove('background', 'Background');
  expect(await components.get('background')).toBeUndefined();
  await untilUninstalled('background', names);
});

test('a Component deleted in the foreground waits for its APIs, and they for the gateway', async () => {
  const names = await install('foreground');
  await uninstall.gateway.pause();
  await components.remove('foreground', 'Foreground');
  for (const name of names)
    await apis.untilSaid(
      name,
      'Registered',
      'waits for the gateway. No answer came from the gateway (connect ECONNREFUSED',
    );
  expect((await components.get('foreground'))?.metadata).toMatchObject({
    finalizers: ['foregroundDeletion'],
    deletionTimestamp: expect.any(String) as unknown,
  });
  for (const name of names) expect((await apis.get(name))?.metadata.finalizers).toContain(FINALIZER);
  await uninstall.gateway.resume();
  await untilUninstalled('foreground', names);
});
