import { CoordinationV1Api } from '@kubernetes/client-node';
import fc from 'fast-check';
import { OPERATOR_NAMESPACE } from '../../deploy/dev/stack/operatorAccess.ts';
import { gatewayLease } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';
import type { Operator } from '../support/stack/operator.ts';

/** Fixed, so that a red run kills at the same places again. */
const SEED = 20_261_125;
const ROUNDS = 6;
/** Long enough that a kill finds calls under way. */
const CALL_MS = 150;

type Deed = 'change' | 'remove';
type Victim = 'holder' | 'other' | 'both';
interface Round {
  readonly victim: Victim;
  /** So many calls after the changes of this round begin, the processes are killed. */
  readonly calls: number;
  readonly deeds: readonly Deed[];
}

const replicas = useOperator('replicas', { copies: 2, settings: { APIG_TIMEOUT: '5s' } });
const { stack, namespace, user } = replicas;
const coordination = stack.kubeConfig.makeApiClient(CoordinationV1Api);

const rounds: readonly Round[] = fc.sample(
  fc.record({
    victim: fc.constantFrom<Victim>('holder', 'other', 'both'),
    calls: fc.integer({ min: 1, max: 4 }),
    deeds: fc.array(fc.constantFrom<Deed>('change', 'remove'), { minLength: 2, maxLength: 2 }),
  }),
  { seed: SEED, numRuns: ROUNDS },
);

async function victims(which: Victim): Promise<readonly Operator[]> {
  const name = gatewayLease(replicas.operator.cluster);
  const lease = await coordination.readNamespacedLease({ namespace: OPERATOR_NAMESPACE, name });
  const isHolder = ({ instance }: Operator): boolean => instance === lease.spec?.holderIdentity;
  return replicas.operators.filter((one) => which === 'both' || isHolder(one) === (which === 'holder'));
}

/** Registered, with nothing in doubt. */
async function untilSettled(name: string): Promise<void> {
  await user.untilCondition(name, 'Ready', 'True Available');
  await eventually(
    `${name} has nothing pending`,
    async () => (await user.get(name))?.status.apig['pending'] === undefined,
    45_000,
  );
}

const callsOf = (name: string): number => replicas.gateway.ledger({ name }).length;

test('two replicas, killed at random while APIs come, change and go: nothing is lost, never two calls at a time, at most one call too many for an API', async () => {
  const { gateway } = replicas;
  gateway.addFault({ kind: 'slow', ms: CALL_MS });
  const needed = new Map<string, number>();
  const wanted = new Map<string, number>();

  for (const [number, { victim, calls, deeds }] of rounds.entries()) {
    const old = deeds.map((deed, index) => ({ deed, name: `old-${number}-${index}` }));
    const fresh = [0, 1].map((index) => `new-${number}-${index}`);
    await Promise.all(old.map(({ name }) => user.create(name)));
    await Promise.all(old.map(({ name }) => untilSettled(name)));

    const before = gateway.ledger().length;
    await Promise.all([
      ...fresh.map((name) => user.create(name)),
      ...old.map(({ deed, name }) =>
        deed === 'remove' ? user.remove(name) : user.patch(name, { spec: { port: 9_090 } }),
      ),
    ]);
    await eventually('calls are under way', () => gateway.ledger().length >= before + calls, 45_000);
    const killed = await victims(victim);
    await Promise.all(killed.map(({ process }) => process.kill()));
    await Promise.all(killed.map(({ process }) => process.start()));

    for (const { deed, name } of old) {
      needed.set(name, 2);
      if (deed === 'change') wanted.set(name, 9_090);
      if (deed === 'remove') await user.untilGone(name);
      else await eventually(`${name} is changed`, () => portOf(name) === 9_090, 45_000);
    }
    for (const name of fresh) {
      needed.set(name, 1);
      wanted.set(name, 8_080);
    }
    const present = [...fresh, ...old.flatMap(({ deed, name }) => (deed === 'change' ? [name] : []))];
    await Promise.all(present.map(untilSettled));
  }

  const table = gateway.table().map(({ name, path, port }) => ({ name, path, port }));
  const expected = [...wanted].map(([name, port]) => ({ name, path: `/${namespace}/${name}`, port }));
  expect(table.toSorted(byName)).toEqual(expected.toSorted(byName));
  expect(gateway.ledger().filter(({ concurrent }) => concurrent > 0)).toEqual([]);
  const tooMany = [...needed].filter(([name, count]) => callsOf(name) > count + 1);
  expect(tooMany.map(([name, count]) => `${name}: ${callsOf(name)} calls, needs ${count}`)).toEqual([]);
}, 300_000);

function portOf(name: string): number | undefined {
  return replicas.gateway.table().find((row) => row.name === name)?.port;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
