import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';
import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';

const harness = useHarness();

const withApi =
  (spec: Record<string, unknown> = ROUTED, metadata = {}) =>
  (cluster: MemoryCluster): void =>
    cluster.create(spec, metadata);

/** Of a time or a duration of Temporal. */
function secondsOf(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) + (time?.nanos ?? 0) / 1e9;
}

describe('a deletion', () => {
  test('counts as delayed one minute after its first failure, be the next try due or not', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.gateway.fallback = 'unavailable';
      life.cluster.delete();
      await life.look();
      await life.until('told why', () => life.cluster.saidOf('Registered').includes('waits for the gateway'));
      expect(life.cluster.condition('Registered')).toBe('False Removing');
      const isTold = (): boolean => life.cluster.events.some(({ reason }) => reason === 'RemovalDelayed');
      expect(isTold()).toBe(false);
      await life.until('told that it takes long', isTold);
      const { events } = await life.workflow.fetchHistory();
      const failedAt = secondsOf(events?.find((event) => event.activityTaskFailedEventAttributes)?.eventTime);
      const dueAfter = (events ?? []).flatMap(({ eventTime, timerStartedEventAttributes: timer }) =>
        timer ? [secondsOf(eventTime) + secondsOf(timer.startToFireTimeout) - failedAt] : [],
      );
      expect(dueAfter.filter((seconds) => Math.abs(seconds - 60) < 0.5)).not.toEqual([]);
    }));

  test.each([
    ['deletion-policy', 'Retain'],
    ['force-release', 'true'],
  ])(
    'let through by %s stays so when the watch tells of it before the release is recorded',
    (annotation, value) =>
      harness.live(withApi(), async (life) => {
        await life.until('registered', () => isRegistered(life));
        life.cluster.onGone = () => life.look();
        life.cluster.change({ metadata: { annotations: { [`apig.oda.tmforum.org/${annotation}`]: value } } });
        life.cluster.delete();
        await life.look();
        expect(await life.workflow.result()).toMatch(/^Released by .* left at the gateway: \/a\.$/);
        expect(life.gateway.calls).toEqual(['register /a:80']);
        expect(life.cluster.events.map(({ reason }) => reason)).toEqual(['Registered', 'Released']);
      }),
  );

  test('of a resource to be retained that vanished without its finalizer being honoured leaves the registration', () =>
    harness.live(
      withApi(ROUTED, { annotations: { 'apig.oda.tmforum.org/deletion-policy': 'Retain' } }),
      async (life) => {
        await life.until('registered', () => isRegistered(life));
        life.cluster.object = undefined;
        await life.look();
        expect(await life.workflow.result()).toContain('Released by Retain');
        expect([...life.gateway.table.keys()]).toEqual(['/a']);
      },
    ));
});
