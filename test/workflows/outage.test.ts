import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';

const harness = useHarness();

/** What an API may cost while its gateway is away, however long that is. */
const MAX_EVENTS = 30;
const MAX_WRITES = 3;

test('an hour without the gateway costs an API that was changed at most 30 events and 3 writes, its return included', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED);
    },
    async (life) => {
      const { cluster, gateway, workflow } = life;
      const events = async (): Promise<number> => ((await workflow.fetchHistory()).events ?? []).length;
      await life.until('registered', () => isRegistered(life));
      const before = { events: await events(), writes: cluster.writes };
      gateway.fallback = 'unavailable';
      cluster.change({ spec: { port: 81 } });
      await life.look();
      await life.until('told', () => cluster.condition('Registered') === 'False GatewayUnavailable');
      const told = cluster.saidOf('Registered');
      await life.pass('1h');
      // At last one a minute, a fifth of it up to chance.
      expect(gateway.calls.length).toBeGreaterThan(60);
      expect(gateway.calls.length).toBeLessThan(90);
      expect(cluster.saidOf('Registered')).toBe(told);
      gateway.fallback = 'accepted';
      await life.until('changed', () => gateway.table.get('/a')?.port === 81 && isRegistered(life));
      expect((await events()) - before.events).toBeLessThanOrEqual(MAX_EVENTS);
      expect(cluster.writes - before.writes).toBeLessThanOrEqual(MAX_WRITES);
    },
  ));

test('a deletion costs no more, and is told once as delayed, a minute after its first failure', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED);
    },
    async (life) => {
      const { cluster, gateway, workflow } = life;
      const events = async (): Promise<number> => ((await workflow.fetchHistory()).events ?? []).length;
      await life.until('registered', () => isRegistered(life));
      const before = { events: await events(), writes: cluster.writes };
      gateway.fallback = 'unavailable';
      cluster.delete();
      await life.look();
      await life.until('delayed', () => cluster.condition('Registered') === 'False RemovalDelayed');
      await life.pass('1h');
      expect(cluster.events.map(({ reason }) => reason)).toEqual(['Registered', 'RemovalDelayed']);
      expect((await events()) - before.events).toBeLessThanOrEqual(MAX_EVENTS);
      expect(cluster.writes - before.writes).toBeLessThanOrEqual(MAX_WRITES);
    },
  ));
