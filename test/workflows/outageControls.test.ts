import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { ROUND_SETTINGS } from '../support/cluster/memoryCluster.ts';
import type { ScriptedGateway } from '../support/gateway/scriptedGateway.ts';
import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';
import type { Life } from '../support/temporal/workflowHarness.ts';
import { gatewayBack, pause, release, resume, retry } from '../../workflows/messages.ts';

const harness = useHarness('real');

function inService(cluster: MemoryCluster): void {
  cluster.round = { ...ROUND_SETTINGS, takesBackWaitingCalls: true };
  cluster.create(ROUTED);
}

function withoutGateway(cluster: MemoryCluster, gateway: ScriptedGateway): void {
  inService(cluster);
  gateway.fallback = 'unavailable';
}

/** The first try has failed, and Temporal repeats the call. */
async function untilRepeated(life: Life, verb = 'register /a'): Promise<void> {
  const { gateway } = life;
  await life.until('repeated', () => gateway.calls.filter((call) => call.startsWith(verb)).length >= 2);
}

/** How often a gateway call was handed to Temporal. */
async function scheduled({ workflow }: Life): Promise<number> {
  const { events } = await workflow.fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length;
}

test('a change of the spec takes the repeated call back, and only the newest spec is sent from then on', () =>
  harness.live(withoutGateway, async (life) => {
    const { cluster, gateway } = life;
    await untilRepeated(life);
    cluster.change({ spec: { port: 81 } });
    await life.look();
    await life.until('tried with the new spec', () => gateway.calls.at(-1) === 'register /a:81');
    const tries = gateway.calls.length;
    gateway.fallback = 'accepted';
    await life.until('registered', () => isRegistered(life));
    expect(new Set(gateway.calls.slice(tries - 1))).toEqual(new Set(['register /a:81']));
    expect(gateway.mostAtOnce).toBe(1);
  }));

test('an API that never got through is deleted without a call', () =>
  harness.live(withoutGateway, async (life) => {
    await untilRepeated(life);
    life.cluster.delete();
    await life.look();
    await life.until('gone', () => life.cluster.object === undefined);
    expect(life.gateway.calls.filter((call) => call.startsWith('remove'))).toEqual([]);
  }));

test('readiness that comes and goes is told while the call goes on waiting, with its attempts', () =>
  harness.live(withoutGateway, async (life) => {
    const { cluster } = life;
    await untilRepeated(life);
    const before = await scheduled(life);
    for (const isReady of [false, true, false]) {
      cluster.endpointsReady = isReady;
      await life.look();
      const reason = isReady ? 'True EndpointsReady' : 'False NoReadyEndpoints';
      await life.until('told', () => cluster.condition('ImplementationReady') === reason);
    }
    expect(await scheduled(life)).toBe(before);
    expect(cluster.condition('Registered')).toBe('False GatewayUnavailable');
    expect(cluster.api()?.status.apig.pending).toMatchObject({ path: '/a', port: 80 });
  }));

test('an API server that is away while somebody says "look again" takes nothing back, and is asked again', () =>
  harness.live(withoutGateway, async (life) => {
    const { cluster } = life;
    await untilRepeated(life);
    const before = await scheduled(life);
    cluster.outages = 6;
    cluster.endpointsReady = false;
    await life.look();
    await life.until('told', () => cluster.condition('ImplementationReady') === 'False NoReadyEndpoints');
    expect(await scheduled(life)).toBe(before);
  }));

test('a pause ends the repeats, and the API is registered after it', () =>
  harness.live(withoutGateway, async (life) => {
    await untilRepeated(life);
    await life.workflow.executeUpdate(pause);
    await life.until('paused', () => life.cluster.condition('Registered') === 'Unknown Paused');
    const tries = life.gateway.calls.length;
    await life.pass('3s');
    expect(life.gateway.calls).toHaveLength(tries);
    life.gateway.fallback = 'accepted';
    await life.workflow.executeUpdate(resume);
    await life.until('registered', () => isRegistered(life));
  }));

test('retry has a call that Temporal repeats tried now', () =>
  harness.live(withoutGateway, async (life) => {
    const { gateway } = life;
    await life.until('waiting for seconds', () => gateway.calls.length >= 4);
    gateway.fallback = 'accepted';
    const asked = Date.now();
    await life.workflow.executeUpdate(retry);
    await life.until('registered', () => isRegistered(life));
    expect(Date.now() - asked).toBeLessThan(3_000);
  }));

test('release is refused for a live API, and lets a deletion through without the gateway', () =>
  harness.live(inService, async (life) => {
    await life.until('registered', () => isRegistered(life));
    await expect(life.workflow.executeUpdate(release)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('not being deleted') },
    });
    life.gateway.fallback = 'unavailable';
    life.cluster.delete();
    await life.look();
    await untilRepeated(life, 'remove /a');
    await life.workflow.executeUpdate(release);
    expect(await life.workflow.result()).toContain('Released by force-release');
    expect(life.cluster.events.map(({ reason }) => reason)).toContain('Released');
  }));

test("the gateway's return ends the wait after an unknown outcome", () =>
  harness.live(
    (cluster, gateway) => {
      inService(cluster);
      gateway.next('lost', 'lost', 'lost');
    },
    async (life) => {
      await life.until('waiting for seconds', () => life.gateway.calls.length === 3);
      await life.until('told', () => life.cluster.condition('Registered') === 'False OutcomeUnknown');
      const asked = Date.now();
      await life.workflow.signal(gatewayBack);
      await life.until('tried again', () => life.gateway.calls.length >= 4);
      expect(Date.now() - asked).toBeLessThan(2_000);
    },
  ));

test('a report that hangs for longer than its limit, and then goes on, does not speak after a newer round', () =>
  harness.live(inService, async (life) => {
    const { cluster } = life;
    await life.until('registered', () => isRegistered(life));
    const goOn = Promise.withResolvers<void>();
    cluster.endpointsReady = false;
    cluster.heldWrite = goOn.promise;
    await life.look();
    await life.until('hanging', () => cluster.heldWrite === undefined);
    cluster.endpointsReady = true;
    // The repeats of the report find no API server, so that its round fails; the next one finds all as it was before.
    cluster.outages = 3;
    await life.until('the next round has spoken', () => cluster.api()?.status.apig.fence === 1);
    expect(cluster.condition('ImplementationReady')).toBe('True EndpointsReady');
    const { writes } = cluster;
    goOn.resolve();
    await life.pass('500ms');
    expect(cluster.writes).toBe(writes);
    expect(cluster.condition('ImplementationReady')).toBe('True EndpointsReady');
  }));
