import { CoordinationV1Api } from '@kubernetes/client-node';
import { randomBytes } from 'node:crypto';
import { OPERATOR_NAMESPACE } from '../../deploy/dev/stack/operatorAccess.ts';
import { createClients } from '../../src/kubernetes/client/clients.ts';
import { createLeaderElector } from '../../src/kubernetes/lease/leaderElector.ts';
import { createLeaseStore } from '../../src/kubernetes/lease/leaseStore.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useStack } from '../support/stack/stack.ts';

const stack = useStack();
const name = `apig-gateway-${randomBytes(4).toString('hex')}`;
const renewed = `${name}-renewed`;

afterAll(async () => {
  const coordination = stack.kubeConfig.makeApiClient(CoordinationV1Api);
  for (const one of [name, renewed])
    await coordination.deleteNamespacedLease({ namespace: OPERATOR_NAMESPACE, name: one });
});

test('the API server tells the age of a lease, and every renewal makes it young again', async () => {
  const store = createLeaseStore(createClients(stack.operatorKubeConfig), {
    namespace: OPERATOR_NAMESPACE,
    name: renewed,
  });
  const ageMs = async (): Promise<number> => (await store.read())?.unchangedMs ?? Number.NaN;
  let own = await store.write(undefined, 'me', 20_000);
  for (let renewal = 0; renewal < 3; renewal += 1) {
    await eventually('the lease is four seconds old', async () => (await ageMs()) >= 4_000);
    own = await store.write(own, 'me', 20_000);
    expect(own?.holder).toBe('me');
    expect(await ageMs()).toBeLessThan(4_000);
  }
});

test("five who start at once: one works, and when it stops another, never two; with the operator's own rights", async () => {
  const working = new Set<string>();
  const shifts: string[] = [];
  let most = 0;
  const contenders = ['a', 'b', 'c', 'd', 'e'].map((me) => {
    const stopping = new AbortController();
    const contender = createLeaderElector({
      store: createLeaseStore(createClients(stack.operatorKubeConfig), {
        namespace: OPERATOR_NAMESPACE,
        name,
      }),
      me,
      drainMs: 1_000,
      work: async (stop) => {
        working.add(me);
        shifts.push(me);
        most = Math.max(most, working.size);
        await new Promise((resolve) => {
          stop.addEventListener('abort', resolve);
        });
        working.delete(me);
      },
    });
    return { me, stopping, contender, ended: contender.run(stopping.signal) };
  });
  for (let shift = 1; shift <= contenders.length; shift += 1) {
    await eventually(`shift ${shift} has begun`, () => shifts.length === shift, 20_000);
    const standings = contenders.filter(({ contender }) => contender.isHeld());
    expect(standings.map(({ me }) => me)).toEqual(shifts.slice(-1));
    const holder = contenders.find(({ me }) => me === shifts.at(-1));
    holder?.stopping.abort();
    await holder?.ended;
  }
  expect(shifts.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(most).toBe(1);
  const lease = await stack.kubeConfig
    .makeApiClient(CoordinationV1Api)
    .readNamespacedLease({ namespace: OPERATOR_NAMESPACE, name });
  expect(lease.spec).toMatchObject({ holderIdentity: '', leaseTransitions: 10 });
}, 90_000);
