import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';
import type { Life } from '../support/temporal/workflowHarness.ts';
import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';

const OLDER = { spec: ROUTED, metadata: { creationTimestamp: '2025-01-01T00:00:00Z' } };
const NEWER = { creationTimestamp: '2027-01-01T00:00:00Z' };
/** What stands at the gateway for the other one. */
const at = (name: string, path: string) => ({
  apig: {
    registered: { name, path, specification: 'https://specs.example/s', implementation: 'i', port: 80 },
  },
});

const harness = useHarness();

const conflicts = ({ cluster }: Life) => cluster.condition('Registered') === 'False PathConflict';
const message = ({ cluster }: Life) =>
  cluster.api()?.status.conditions.find(({ type }) => type === 'Registered')?.message;

function beside(other: Parameters<MemoryCluster['other']>[1], name = 'other', spec = ROUTED) {
  return (cluster: MemoryCluster): void => {
    cluster.create(spec);
    cluster.other(name, other);
  };
}

test('the newer of two APIs at one path says who has it, and costs the gateway no call', () =>
  harness.live(beside(OLDER), async (life) => {
    await life.until('the conflict', () => conflicts(life));
    expect(life.gateway.calls).toEqual([]);
    expect(message(life)).toContain('/a belongs to shop/other, which is older');
    expect(life.cluster.api()?.status.apig).toMatchObject({ state: 'Conflict', pathOwner: 'shop/other' });
    expect(life.cluster.condition('Ready')).toBe('False PathConflict');
    expect(life.cluster.events.map(({ reason }) => reason)).toEqual(['PathConflict']);
  }));

test.each<[string, (cluster: MemoryCluster) => void]>([
  ['goes', (cluster) => cluster.others.clear()],
  ['moves', (cluster) => cluster.other('other', { ...OLDER, spec: { ...ROUTED, path: '/b' } })],
])('the loser takes over when the winner %s', (_how, end) =>
  harness.live(beside(OLDER), async (life) => {
    await life.until('the conflict', () => conflicts(life));
    end(life.cluster);
    await life.look();
    await life.until('registered', () => isRegistered(life));
    expect(life.gateway.calls).toEqual(['register /a:80']);
    expect(life.cluster.api()?.status.apig.pathOwner).toBeUndefined();
  }),
);

test('it waits for the winner to leave the gateway, not only the spec', () =>
  harness.live(
    beside({ ...OLDER, spec: { ...ROUTED, path: '/b' }, status: at('other', '/a') }),
    async (life) => {
      await life.until('the conflict', () => conflicts(life));
      expect(message(life)).toContain('still registered for shop/other');
      life.cluster.other('other', { ...OLDER, spec: { ...ROUTED, path: '/b' }, status: at('other', '/b') });
      await life.look();
      await life.until('registered', () => isRegistered(life));
      expect(life.gateway.calls).toEqual(['register /a:80']);
    },
  ));

test('who is registered makes way when an older API comes to the path', () =>
  harness.live(
    (cluster) => cluster.create(ROUTED),
    async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.other('other', OLDER);
      await life.look();
      await life.until('the conflict', () => conflicts(life));
      expect(life.gateway.calls).toEqual(['register /a:80', 'remove /a:80']);
      expect(life.cluster.api()?.status.apig).toMatchObject({ state: 'Conflict', registered: undefined });
    },
  ));

test('a newer API that comes to the path does not disturb who has it', () =>
  harness.live(
    (cluster) => cluster.create(ROUTED),
    async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.other('other', { spec: ROUTED, metadata: NEWER });
      life.cluster.change({ spec: { port: 81 } });
      await life.look();
      await life.until('changed', () => life.cluster.api()?.status.apig.registered?.port === 81);
      expect(life.gateway.calls).toEqual(['register /a:80', 'register /a:81']);
    },
  ));

test('an owner that only the lane knows of keeps the call from going out, and the intent goes from the status', () =>
  harness.live(
    (cluster) => {
      beside(OLDER)(cluster);
      cluster.unseen.add('other');
    },
    async (life) => {
      await life.until('the conflict', () => conflicts(life));
      expect(life.gateway.calls).toEqual([]);
      expect(life.cluster.api()?.status.apig.pending).toBeUndefined();
    },
  ));

test('who moves to a path that another has leaves the old one, so that two can change places', () =>
  harness.live(
    (cluster) => cluster.create(ROUTED),
    async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.other('other', { ...OLDER, spec: { ...ROUTED, path: '/a' }, status: at('other', '/b') });
      life.cluster.change({ spec: { path: '/b' } });
      await life.look();
      await life.until('the conflict', () => conflicts(life));
      expect(life.gateway.calls).toEqual(['register /a:80', 'remove /a:80']);
      life.cluster.other('other', { ...OLDER, status: at('other', '/a') });
      await life.look();
      await life.until('registered', () => isRegistered(life));
      expect(life.gateway.calls.slice(2)).toEqual(['register /b:80']);
    },
  ));

test('what the loser had elsewhere is removed, as often as it takes, while it says who has the path', () =>
  harness.live(
    (cluster) => cluster.create({ ...ROUTED, path: '/old' }),
    async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.gateway.next('unavailable');
      life.cluster.other('other', OLDER);
      life.cluster.change({ spec: { path: '/a' } });
      await life.look();
      await life.until('the conflict', () => conflicts(life) && life.gateway.table.size === 0);
      expect(life.gateway.calls).toEqual(['register /old:80', 'remove /old:80', 'remove /old:80']);
    },
  ));

test('a path that was deleted past its finalizer is free when its workflow has cleared it', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED);
      cluster.gone = { name: 'shop/stripped', why: 'gone' };
    },
    async (life) => {
      await life.until('the conflict', () => conflicts(life));
      expect(message(life)).toContain('shop/stripped, whose resource was deleted past its finalizer');
      life.cluster.gone = undefined;
      await life.until('registered, though nobody said "look again"', () => isRegistered(life));
      expect(life.gateway.calls).toEqual(['register /a:80']);
    },
  ));

test('the loser can be deleted at once', () =>
  harness.live(beside(OLDER), async (life) => {
    await life.until('the conflict', () => conflicts(life));
    life.cluster.delete();
    await life.look();
    await life.workflow.result();
    expect(life.cluster.object).toBeUndefined();
    expect(life.gateway.calls).toEqual([]);
  }));
