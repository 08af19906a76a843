/** Records that are sealed with RECORD_KEY_FILE: what is proven is believed, and everything else is asserted. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { temporaryDirectory } from '../support/stack/temporaryDirectory.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const [OLD, NEW] = ['old-'.repeat(8), 'new-'.repeat(8)];
const DEADLINE_MS = 30_000;

const file = join(temporaryDirectory(), 'record-keys');
writeFileSync(file, OLD);
const setUp = useOperator('seal');
const { stack, namespace, user } = setUp;
let connection: Connection;
beforeAll(async () => {
  connection = await Connection.connect({ address: stack.temporalAddress });
});
afterAll(() => connection.close());

const workflowOf = (name: string) =>
  new Client({ connection, namespace: stack.temporalNamespace }).workflow.getHandle(
    setUp.operator.workflowId({ plural: EXPOSED_APIS, namespace, name }),
  );
const sealOf = async (name: string): Promise<unknown> => (await user.get(name))?.status.apig['seal'];
const callsFor = (name: string): readonly string[] =>
  setUp.gateway.ledger({ name }).map(({ operation }) => operation);
const portOf = (name: string): unknown => setUp.gateway.table().find((row) => row.name === name)?.port;

async function register(name: string): Promise<void> {
  await user.create(name);
  await user.untilCondition(name, 'Registered', 'True Confirmed');
}

/** All that a history holds, payloads as text. */
function payloadsOf(history: unknown): string {
  return JSON.stringify(history).replaceAll(/"data":"([A-Za-z0-9+/=]+)"/g, (_all, data: string) =>
    Buffer.from(data, 'base64').toString(),
  );
}

/** Until its seal is another one than this. @returns the new one */
async function untilSealedAnew(name: string, before: unknown): Promise<unknown> {
  let seal: unknown;
  await eventually(
    `${name} is sealed anew`,
    async () => {
      seal = await sealOf(name);
      return typeof seal === 'string' && seal !== before;
    },
    DEADLINE_MS,
  );
  return seal;
}

test('the setting comes to APIs that are registered: each record is sealed, and none costs a call', async () => {
  for (const name of ['early', 'too-early']) await register(name);
  expect(await sealOf('early')).toBeUndefined();
  await setUp.restartWith({ RECORD_KEY_FILE: file });
  for (const name of ['early', 'too-early']) {
    expect(await untilSealedAnew(name, undefined)).toMatch(/^[0-9a-f]{64}$/);
    expect(callsFor(name)).toEqual(['create']);
  }
}, 120_000);

test('without its workflow a record that somebody made up is asserted, and one with its seal is believed', async () => {
  for (const name of ['forged', 'proven']) await register(name);
  await setUp.operator.process.stop();
  for (const name of ['forged', 'proven']) await workflowOf(name).terminate('its memory is lost');
  // It says that what the spec asks for now is there already.
  const { registered } = (await user.get('forged'))?.status.apig ?? {};
  await user.patch('forged', {
    spec: { port: 9090 },
    status: { apig: { registered: { ...asObject(registered), port: 9090 } } },
  });
  await user.patch('proven', { spec: { developerUI: '/pages' } });
  await setUp.operator.process.start();
  await eventually('the gateway is asked', () => portOf('forged') === 9090, DEADLINE_MS);
  await eventually(
    'the other change is answered',
    async () =>
      String((await user.get('proven'))?.status.apiStatus['developerUI']).endsWith(`/pages`) &&
      (await user.condition('forged', 'Registered')) === 'True Confirmed',
    DEADLINE_MS,
  );
  expect([callsFor('forged'), callsFor('proven')]).toEqual([['create', 'create'], ['create']]);
}, 120_000);

test('a status that is written by hand is sealed again without a call: the memory of its workflow stands', async () => {
  await register('patched');
  const seal = await sealOf('patched');
  await user.patch('patched', { status: { apig: { seal: 'f'.repeat(64) } } });
  await eventually('its seal is back', async () => (await sealOf('patched')) === seal, DEADLINE_MS);
  expect(callsFor('patched')).toEqual(['create']);
});

test('keys are replaced without a restart and without a call, and no key gets into a history or a log', async () => {
  await register('rotated');
  const before = await sealOf('rotated');
  writeFileSync(file, `${NEW}\n${OLD}\n`);
  await eventually(
    'the file is read anew',
    async () => (await setUp.operator.readyz()).includes('keys: 2'),
    DEADLINE_MS,
  );
  await user.patch('rotated', { spec: { developerUI: '/pages' } });
  const after = await untilSealedAnew('rotated', before);
  // What has not been written since is sealed with the former key: it is sealed anew once that is gone.
  const early = await sealOf('early');
  writeFileSync(file, NEW);
  await setUp.restartWith({ RECORD_KEY_FILE: file });
  await untilSealedAnew('early', early);
  expect([callsFor('rotated'), callsFor('early')]).toEqual([['create'], ['create']]);
  const history = payloadsOf(await workflowOf('rotated').fetchHistory());
  expect(history).toContain('"rotated"');
  const log = readFileSync(join(stack.directory, 'logs', `operator-${setUp.operator.cluster}.log`), 'utf8');
  for (const secret of [OLD, NEW, String(before), String(after)]) {
    expect(history).not.toContain(secret);
    expect(log).not.toContain(secret);
  }
}, 120_000);
