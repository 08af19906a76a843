import { CustomObjectsApi } from '@kubernetes/client-node';
import { z } from 'zod';
import { EXPOSED_APIS, ODA_GROUP } from '../../src/domain/kubernetes/names.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const APIS = 100;
const MAX_RPS = 20;
/**
 * From the gateway's return until all are right. The aim is 10 s, of which the rate takes 5; the figure is printed. Who waited for each
 * API's own next try, up to a minute later, would take longer.
 */
const SOON_MS = 20_000;
/** By then each has had its try half a minute after the first, and the next is due half a minute later. */
const OUTAGE_MS = 35_000;

const outage = useOperator('return', { settings: { APIG_MAX_RPS: String(MAX_RPS) } });
const names = (round: string): string[] => Array.from({ length: APIS }, (_, index) => `${round}-${index}`);

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .looseObject({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
        .prefault({}),
    }),
  ),
});

/** How many of a round say that the gateway confirmed them. */
async function registered(round: string): Promise<number> {
  const { stack, namespace } = outage;
  const custom = stack.kubeConfig.makeApiClient(CustomObjectsApi);
  const at = { group: ODA_GROUP, version: 'v1', plural: EXPOSED_APIS, namespace };
  const { items } = listSchema.parse(await custom.listNamespacedCustomObject(at));
  return items.filter(
    ({ metadata, status }) =>
      metadata.name.startsWith(`${round}-`) &&
      status.conditions.some((one) => one.type === 'Registered' && one.status === 'True'),
  ).length;
}

const AWAY = {
  busy: {
    begin: async () => void outage.gateway.addFault({ kind: 'status', status: 503 }),
    end: async () => outage.gateway.clearFaults(),
  },
  refusing: { begin: () => outage.gateway.pause(), end: () => outage.gateway.resume() },
};

test.each([
  ['busy', 'answers 503'],
  ['refusing', 'refuses connections'],
] as const)(
  '%s: 100 APIs that wait for a gateway that %s are right soon after its return, at its limits',
  async (round, _what) => {
    await AWAY[round].begin();
    const awaySince = performance.now();
    for (const name of names(round)) await outage.user.create(name);
    await eventually(
      'the outage has lasted',
      async () => performance.now() - awaySince >= OUTAGE_MS,
      OUTAGE_MS + 20_000,
    );
    expect(await registered(round)).toBe(0);
    const back = performance.now();
    const since = outage.gateway.ledger().length;
    await AWAY[round].end();
    await eventually('all are right', async () => (await registered(round)) === APIS, 90_000);
    const tookMs = performance.now() - back;
    process.stdout.write(
      `${APIS} APIs were right ${(tookMs / 1000).toFixed(1)} s after the return (${round})\n`,
    );
    expect(tookMs).toBeLessThan(SOON_MS);
    const calls = outage.gateway.ledger().slice(since);
    const begins = calls.map(({ receivedAt }) => Date.parse(receivedAt));
    const seconds = (Math.max(...begins) - Math.min(...begins)) / 1000;
    // What was in hand in the first second comes on top of the rate; and a busy machine may note the first late.
    expect(calls.length).toBeLessThanOrEqual(MAX_RPS * (seconds + 2));
    expect(Math.max(...calls.map(({ concurrent }) => concurrent))).toBe(0);
  },
  200_000,
);
