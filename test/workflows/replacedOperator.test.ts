/**
 * Defects of the operator that this one replaces, in what happens when. docs/situations.md lists them all; those that show
 * in a decision alone are in test/defects, those that the API server has a say in are in test/integration.
 */
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { registrationOf } from '../support/builders/registrations.ts';
import type { MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';
import type { Life } from '../support/temporal/workflowHarness.ts';

const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c1' }] };

const harness = useHarness();

const having =
  (spec: Readonly<Record<string, unknown>>, metadata = {}) =>
  (cluster: MemoryCluster): void =>
    cluster.create(spec, metadata);
const messageOf = ({ cluster }: Life): string | undefined =>
  cluster.api()?.status.conditions.find(({ type }) => type === 'Registered')?.message;

test('five removals fail: it dropped its finalizer and left the registration; here the finalizer is held until a removal succeeds', () =>
  harness.live(having(ROUTED), async (life) => {
    const { cluster, gateway } = life;
    await life.until('registered', () => isRegistered(life));
    gateway.fallback = 'unavailable';
    cluster.delete();
    await life.look();
    await life.until('more than five have failed', () => gateway.calls.length > 7);
    expect(cluster.api()).toMatchObject({ isDeleting: true, holdsFinalizer: true });
    expect([...gateway.table.keys()]).toEqual(['/a']);
    gateway.fallback = 'accepted';
    await life.workflow.result();
    expect(cluster.object).toBeUndefined();
    expect([...gateway.table.keys()]).toEqual([]);
  }));

test('the retries of a registration run out: it gave up for good; here it is registered whenever the gateway is back', () =>
  harness.live(
    (cluster, gateway) => {
      cluster.create(ROUTED);
      gateway.fallback = 'unavailable';
    },
    async (life) => {
      await life.until('many have failed', () => life.gateway.calls.length > 7);
      expect(life.cluster.condition('Registered')).toBe('False GatewayUnavailable');
      life.gateway.fallback = 'accepted';
      await life.until('registered', () => isRegistered(life));
    },
  ));

test('a metrics API has no specification: it died of a KeyError again and again; here it is answered, with a URL', () =>
  harness.live(
    (cluster) => {
      const { specification: _none, ...spec } = ROUTED;
      cluster.create({ ...spec, apiType: 'prometheus', path: '/metrics', port: 4000 }, OWNED);
      cluster.entry = { ready: false };
    },
    async (life) => {
      const url = 'http://catalog.shop.svc.cluster.local:4000/metrics';
      await life.until('answered', () => life.cluster.condition('Ready') === 'True Available');
      expect(life.cluster.condition('Registered')).toBe('False NotRouted');
      expect(life.cluster.entry).toMatchObject({ url, ready: true });
      expect(life.gateway.calls).toEqual([]);
    },
  ));

test('the path changes: it left the old one registered; here the gateway holds the new one alone', () =>
  harness.live(having(ROUTED), async (life) => {
    await life.until('registered', () => isRegistered(life));
    life.cluster.change({ spec: { path: '/b' } });
    await life.look();
    await life.until('moved', () => isRegistered(life) && life.gateway.table.has('/b'));
    expect([...life.gateway.table.keys()]).toEqual(['/b']);
  }));

test('what is deleted was changed just before: it removed what the spec said by then; here what was registered is removed', () =>
  harness.live(having(ROUTED), async (life) => {
    await life.until('registered', () => isRegistered(life));
    life.cluster.change({ spec: { path: '/b' } });
    life.cluster.delete();
    await life.look();
    await life.workflow.result();
    expect(life.gateway.calls).toEqual(['register /a:80', 'remove /a:80']);
  }));

test('no endpoint is ready: it said ready as soon as the gateway had answered; here readiness is that of the implementation, both ways', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED);
      cluster.endpointsReady = false;
    },
    async (life) => {
      const ready = (): unknown => life.cluster.api()?.status.implementationReady;
      await life.until('registered', () => isRegistered(life));
      expect(ready()).toBe(false);
      life.cluster.endpointsReady = true;
      await life.look();
      await life.until('ready', () => ready() === true);
      life.cluster.endpointsReady = false;
      await life.look();
      await life.until('no longer ready', () => ready() === false);
      expect(life.gateway.calls).toHaveLength(1);
    },
  ));

test('a Component waits for its API: it never told it, though its README said so; here the entry gets URL and readiness', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED, OWNED);
      cluster.entry = { ready: false };
    },
    async (life) => {
      await life.until('told', () => asObject(life.cluster.entry)['ready'] === true);
      expect(life.cluster.entry).toMatchObject({ url: 'http://10.0.0.1/a', ready: true });
    },
  ));

test('the gateway refuses or is away: it said neither on the resource; here each is told in the words of the gateway', () =>
  harness.live(
    (cluster, gateway) => {
      cluster.create(ROUTED);
      gateway.fallback = 'unavailable';
    },
    async (life) => {
      await life.until('away', () => life.cluster.condition('Registered') === 'False GatewayUnavailable');
      expect(messageOf(life)).toContain('connection refused');
      life.gateway.fallback = 'rejected';
      await life.until('refused', () => life.cluster.condition('Registered') === 'False GatewayRejected');
      expect(messageOf(life)).toContain('answered with code 4711 and the message "bad specification"');
    },
  ));

test('a field changes that the gateway is not told: it did nothing; here the status follows, without a call', () =>
  harness.live(having(ROUTED), async (life) => {
    await life.until('registered', () => isRegistered(life));
    life.cluster.change({ spec: { developerUI: '/pages' } });
    await life.look();
    const developerUI = 'http://10.0.0.1/pages';
    await life.until('told', () => life.cluster.api()?.status.apiStatus.developerUI === developerUI);
    expect(life.gateway.calls).toHaveLength(1);
  }));

describe('status.apigBind names another path than the spec', () => {
  const KOPF = 'kopf.zalando.org/KopfFinalizerMarker';
  const left = { name: 'shop-catalog-v4', path: '/left', specification: 'https://specs.example/v4.json' };
  const status = { apigBind: { spec: { ...left, implementation: 'catalog', port: 80 } } };
  const bound = (cluster: MemoryCluster, gateway: Life['gateway']): void => {
    cluster.create(ROUTED, { finalizers: [KOPF] });
    cluster.change({ status });
    gateway.table.set('/left', registrationOf(left));
  };

  test('a change failed: it left the registration of before for ever; here that is removed, once', () =>
    harness.live(bound, async (life) => {
      await life.until('registered', () => isRegistered(life));
      await life.pass('1m');
      expect(life.gateway.calls).toEqual(['remove /left:80', 'register /a:80']);
      expect([...life.gateway.table.keys()]).toEqual(['/a']);
    }));

  test('it was deleted before the move: its registration is removed, and the message names the finalizer that holds it', () =>
    harness.live(
      (cluster, gateway) => {
        bound(cluster, gateway);
        cluster.delete();
      },
      async (life) => {
        expect(await life.workflow.result()).toContain('Nothing of this API is left at the gateway');
        expect(life.gateway.calls).toEqual(['remove /left:80']);
        expect(life.cluster.api()?.finalizers).toEqual([KOPF]);
        expect(life.cluster.events.map(({ reason }) => reason)).toEqual(['Removed']);
        expect(messageOf(life)).toContain(`left ${KOPF}: take it away`);
      },
    ));

  test('deleted with Retain, it stays at the gateway, and the message says so', () =>
    harness.live(
      (cluster, gateway) => {
        bound(cluster, gateway);
        cluster.change({
          metadata: { annotations: { 'apig.oda.tmforum.org/deletion-policy': 'Retain' } },
        });
        cluster.delete();
      },
      async (life) => {
        expect(await life.workflow.result()).toContain('left at the gateway: /left');
        expect(life.gateway.calls).toEqual([]);
      },
    ));
});
