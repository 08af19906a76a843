import { ANNOTATIONS } from '../../src/domain/kubernetes/names.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';

const harness = useHarness();

const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'component-uid' }] };
/** What a chart says of an API outside the cluster. */
const OUTSIDE = { implementation: '<external>', path: '', port: 0, name: 'Party Management' };
const THEIRS = {
  url: 'https://api.partner.example/tmf632',
  developerUI: 'https://docs.partner.example',
  ip: '192.0.2.1',
};

function said(cluster: MemoryCluster): unknown {
  const status = asObject(cluster.object?.['status']);
  const { name: _name, ...endpoint } = asObject(status['apiStatus']);
  return [endpoint, status['implementation']];
}

test('an external API costs no call, keeps what its author says of it, and its Component hears just that', () =>
  harness.live(
    (cluster) => {
      cluster.create({ ...ROUTED, ...OUTSIDE }, OWNED);
      cluster.change({ status: { apiStatus: THEIRS, implementation: { ready: true } } });
      cluster.entry = {};
      cluster.endpointsReady = false;
    },
    async (life) => {
      const { cluster, gateway } = life;
      await life.until('available', () => cluster.condition('Ready') === 'True Available');
      expect(cluster.condition('Registered')).toBe('False External');
      expect(cluster.api()?.status.apig.state).toBe('NotRouted');
      expect(said(cluster)).toEqual([THEIRS, { ready: true }]);
      expect(cluster.entry).toEqual({ url: THEIRS.url, developerUI: THEIRS.developerUI, ready: true });
      // What the author says next is handed on, and nothing else is said.
      cluster.change({ status: { implementation: { ready: false } } });
      await life.look();
      await life.until('not ready', () => cluster.condition('Ready') === 'False External');
      await life.pass('1m');
      expect(said(cluster)).toEqual([THEIRS, { ready: false }]);
      expect(cluster.entry).toMatchObject({ url: THEIRS.url, ready: false });
      expect([gateway.calls, cluster.api()?.finalizers]).toEqual([[], []]);
    },
  ));

test('an external API becomes a real one and goes back: registered, then removed, and its URL is taken back', () =>
  harness.live(
    (cluster) => {
      cluster.create({ ...ROUTED, ...OUTSIDE });
      cluster.change({ status: { apiStatus: THEIRS, implementation: { ready: true } } });
    },
    async (life) => {
      const { cluster, gateway } = life;
      await life.until('external', () => cluster.condition('Registered') === 'False External');
      cluster.change({ spec: ROUTED });
      await life.look();
      await life.until('registered', () => isRegistered(life));
      expect(cluster.api()?.status.apiStatus.url).toBe('http://10.0.0.1/a');
      cluster.change({ spec: OUTSIDE });
      await life.look();
      await life.until('external again', () => cluster.condition('Registered') === 'False External');
      expect(gateway.calls).toEqual(['register /a:80', 'remove /a:80']);
      expect(said(cluster)).toEqual([{}, { ready: false }]);
      expect(cluster.condition('Ready')).toBe('False External');
      cluster.change({ status: { apiStatus: THEIRS, implementation: { ready: true } } });
      await life.look();
      await life.until('available', () => cluster.condition('Ready') === 'True Available');
      await life.pass('1m');
      expect(said(cluster)).toEqual([THEIRS, { ready: true }]);
    },
  ));

test('a URL that the author has written already when an API becomes external outlasts the removal of the old one', () =>
  harness.live(
    (cluster) => cluster.create({ ...ROUTED }),
    async (life) => {
      const { cluster, gateway } = life;
      await life.until('registered', () => isRegistered(life));
      cluster.change({ spec: OUTSIDE, status: { apiStatus: THEIRS, implementation: { ready: true } } });
      await life.look();
      await life.until('external', () => cluster.condition('Registered') === 'False External');
      expect(gateway.calls).toEqual(['register /a:80', 'remove /a:80']);
      expect(said(cluster)).toEqual([THEIRS, { ready: true }]);
    },
  ));

test.each([
  ['is paused', ROUTED, { annotations: { [ANNOTATIONS.paused]: 'true' } }, 'Unknown Paused'],
  ['is invalid', { ...ROUTED, port: 0 }, {}, 'False InvalidSpec'],
])(
  'an API that %s from the start keeps what others wrote into its status',
  (_what, spec, metadata, registered) =>
    harness.live(
      (cluster) => {
        cluster.create(spec, { ...OWNED, ...metadata });
        cluster.change({ status: { apiStatus: THEIRS, implementation: { ready: true } } });
        cluster.entry = { url: 'https://elsewhere.example', ready: true };
        cluster.endpointsReady = false;
      },
      async (life) => {
        const { cluster } = life;
        await life.until('told', () => cluster.condition('Registered') === registered);
        const { writes } = cluster;
        await life.look();
        await life.pass('1m');
        expect(said(cluster)).toEqual([THEIRS, { ready: true }]);
        expect(cluster.entry).toEqual({ url: 'https://elsewhere.example', ready: true });
        expect(cluster.writes).toBe(writes);
      },
    ),
);
