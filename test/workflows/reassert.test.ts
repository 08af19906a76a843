import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { ROUND_SETTINGS } from '../support/cluster/memoryCluster.ts';
import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';

const harness = useHarness();

const withInterval =
  (reassertIntervalMs: number) =>
  (cluster: MemoryCluster): void => {
    cluster.round = { ...ROUND_SETTINGS, reassertIntervalMs };
    cluster.create(ROUTED);
  };

test('a look at what was confirmed long ago sends it again, and nobody sees anything but a newer time', () =>
  harness.live(withInterval(3_600_000), async (life) => {
    const { cluster, gateway } = life;
    await life.until('registered', () => isRegistered(life));
    const before = cluster.api()?.status;
    const seen = new Set<string>();
    cluster.watched = (api) => {
      const { state } = api.status.apig;
      seen.add(`${state} ${cluster.condition('Ready')} ${api.status.apiStatus.url}`);
    };
    gateway.table.clear();
    await life.look();
    await life.pass('1s');
    expect(gateway.calls).toEqual(['register /a:80']);
    await life.pass('1h');
    await life.look();
    await life.until('asserted', () => gateway.table.has('/a'));
    await life.until('told', () => cluster.api()?.status.apig.registeredAt !== before?.apig.registeredAt);
    expect(gateway.calls).toEqual(['register /a:80', 'register /a:80']);
    const after = cluster.api()?.status;
    expect(after).toEqual({ ...before, apig: { ...before?.apig, registeredAt: after?.apig.registeredAt } });
    expect([...seen]).toEqual(['Registered True Available http://10.0.0.1/a']);
    expect(cluster.events.map(({ reason }) => reason)).toEqual(['Registered']);
    // A second watcher's word, moments later.
    await life.look();
    await life.pass('5s');
    expect(gateway.calls).toHaveLength(2);
  }));

test('a re-assertion that fails shows as any failure does, with the URL in place, and is tried until it is confirmed', () =>
  harness.live(withInterval(3_600_000), async (life) => {
    const { cluster, gateway } = life;
    await life.until('registered', () => isRegistered(life));
    await life.pass('1h');
    gateway.fallback = 'unavailable';
    await life.look();
    await life.until('retrying', () => cluster.api()?.status.apig.state === 'Retrying');
    expect(cluster.condition('Ready')).toBe('False GatewayUnavailable');
    expect(cluster.api()?.status.apiStatus.url).toBe('http://10.0.0.1/a');
    gateway.fallback = 'accepted';
    await life.until('registered', () => isRegistered(life));
    expect(cluster.condition('Ready')).toBe('True Available');
    expect(gateway.mostAtOnce).toBe(1);
  }));

test('without the setting nothing is ever sent again', () =>
  harness.live(withInterval(0), async (life) => {
    await life.until('registered', () => isRegistered(life));
    await life.pass('30d');
    await life.look();
    await life.pass('5s');
    expect(life.gateway.calls).toEqual(['register /a:80']);
  }));

test('paused, and asked for something new, it is not asserted again', () =>
  harness.live(withInterval(3_600_000), async (life) => {
    const { cluster, gateway } = life;
    await life.until('registered', () => isRegistered(life));
    cluster.change({ metadata: { annotations: { 'apig.oda.tmforum.org/paused': 'true' } } });
    await life.pass('1d');
    await life.look();
    await life.until('paused', () => cluster.api()?.status.apig.state === 'Paused');
    expect(gateway.calls).toHaveLength(1);
    cluster.change({ metadata: { annotations: null }, spec: { port: 81 } });
    await life.look();
    await life.until('changed', () => gateway.table.get('/a')?.port === 81 && isRegistered(life));
    await life.pass('5s');
    expect(gateway.calls).toEqual(['register /a:80', 'register /a:81']);
  }));
