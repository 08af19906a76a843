import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import { isRegistered, ROUTED, useHarness } from '../../support/temporal/lives.ts';
import type { MemoryCluster } from '../../support/cluster/memoryCluster.ts';
import { registration, retry } from '../../../workflows/messages.ts';

const harness = useHarness();

const withApi =
  (spec: Record<string, unknown> = ROUTED, metadata = {}) =>
  (cluster: MemoryCluster): void =>
    cluster.create(spec, metadata);

describe('the life of an API', () => {
  test('a new API is registered once, holds the finalizer and shows its URL', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      const { cluster, gateway } = life;
      expect(gateway.calls).toEqual(['register /a:80']);
      expect(cluster.api()).toMatchObject({
        holdsFinalizer: true,
        status: {
          apiStatus: {
            name: 'shop-catalog-v4',
            url: 'http://10.0.0.1/a',
            developerUI: 'http://10.0.0.1/a/docs/',
          },
          implementationReady: true,
          apig: { state: 'Registered', registered: { path: '/a' } },
        },
      });
      expect(cluster.condition('Ready')).toBe('True Available');
      expect(cluster.events.map(({ reason }) => reason)).toEqual(['Registered']);
    }));

  test('a first registration writes at most 16 history events', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      const { events } = await life.workflow.fetchHistory();
      // One more is the upsert of search attributes, which the time-skipping server does not have.
      expect((events ?? []).length).toBeLessThanOrEqual(15);
    }));

  test('an unchanged resource costs no call and no write, however often it is looked at', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      const { writes } = life.cluster;
      await life.look();
      await life.pass('5s');
      expect(life.gateway.calls).toHaveLength(1);
      expect(life.cluster.writes).toBe(writes);
    }));

  test('a finalizer that a person took away is set again, without a call', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.change({ metadata: { finalizers: [] } });
      await life.look();
      await life.until('guarded again', () => life.cluster.api()?.holdsFinalizer === true);
      expect(life.gateway.calls).toHaveLength(1);
    }));

  test('a resource made anew just like its predecessor is guarded as that was, without a call', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.create(ROUTED);
      await life.look();
      await life.until('registered again', () => isRegistered(life));
      expect(life.cluster.api()?.holdsFinalizer).toBe(true);
      expect(life.gateway.calls).toHaveLength(1);
    }));

  test('a changed path removes the old registration and creates the new', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.change({ spec: { path: '/b' } });
      await life.look();
      await life.until('moved', () => life.cluster.api()?.status.apiStatus.url === 'http://10.0.0.1/b');
      expect(life.gateway.calls).toEqual(['register /a:80', 'remove /a:80', 'register /b:80']);
      expect([...life.gateway.table.keys()]).toEqual(['/b']);
    }));

  test('a change that the gateway does not see costs no call', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.change({ spec: { developerUI: '/a/portal' } });
      await life.look();
      await life.until(
        'shown',
        () => life.cluster.api()?.status.apiStatus.developerUI === 'http://10.0.0.1/a/portal',
      );
      expect(life.gateway.calls).toHaveLength(1);
    }));

  test(
    'a gateway that fails for six hours is asked on until it answers, and never forgotten',
    () =>
      harness.live(
        (cluster, gateway) => {
          cluster.create(ROUTED);
          gateway.fallback = 'unavailable';
        },
        async (life) => {
          await life.until('retrying', () => life.cluster.api()?.status.apig.state === 'Retrying');
          expect(life.cluster.condition('Registered')).toBe('False GatewayUnavailable');
          await life.pass('6h');
          const tries = life.gateway.calls.length;
          expect(tries).toBeGreaterThan(300);
          expect(tries).toBeLessThan(600);
          life.gateway.fallback = 'accepted';
          await life.until('registered', () => isRegistered(life));
          expect(life.gateway.mostAtOnce).toBe(1);
        },
      ),
    120_000,
  );

  test('a lost reply is asserted again at once, and once more when the earlier call can no longer arrive', () =>
    harness.live(
      (cluster, gateway) => {
        cluster.create(ROUTED);
        gateway.next('late');
      },
      async (life) => {
        await life.until('registered', () => isRegistered(life));
        life.cluster.change({ spec: { path: '/b' } });
        await life.look();
        await life.until('moved', () => life.gateway.table.has('/b'));
        life.gateway.inFlight.forEach((apply) => apply());
        expect(life.gateway.table.has('/a')).toBe(true);
        await life.pass('30s');
        expect([...life.gateway.table.keys()]).toEqual(['/b']);
      },
    ));

  test('a rejected API is shown with the reason and asked for again only rarely, or when it changes', () =>
    harness.live(
      (cluster, gateway) => {
        cluster.create(ROUTED);
        gateway.next('rejected');
      },
      async (life) => {
        await life.until('rejected', () => life.cluster.api()?.status.apig.state === 'Rejected');
        await life.pass('10m');
        expect(life.gateway.calls).toHaveLength(1);
        life.cluster.change({ spec: { port: 81 } });
        await life.look();
        await life.until('registered', () => isRegistered(life));
      },
    ));

  test('an invalid spec is told by field, and nothing is sent', () =>
    harness.live(withApi({ ...ROUTED, path: 'no-slash' }), async (life) => {
      await life.until('told', () => life.cluster.condition('Registered') === 'False InvalidSpec');
      expect(life.gateway.calls).toEqual([]);
      const message = life.cluster
        .api()
        ?.status.conditions.find(({ type }) => type === 'Registered')?.message;
      expect(message).toContain('spec.path');
    }));

  test('an API without specification gets its in-cluster URL, and the gateway is not involved', () =>
    harness.live(withApi({ ...ROUTED, specification: undefined, apiType: 'prometheus' }), async (life) => {
      await life.until('told', () => life.cluster.condition('Registered') === 'False NotRouted');
      expect(life.cluster.api()?.status.apiStatus.url).toBe('http://catalog.shop.svc.cluster.local:80/a');
      expect(life.cluster.condition('Ready')).toBe('True Available');
      expect(life.gateway.calls).toEqual([]);
    }));
});

describe('the end of an API', () => {
  test('the finalizer goes when the gateway has confirmed the removal, and the workflow ends', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.delete();
      await life.look();
      await life.workflow.result();
      expect(life.gateway.table.size).toBe(0);
      expect(life.cluster.object).toBeUndefined();
      expect(life.cluster.events.map(({ reason }) => reason)).toContain('Removed');
    }));

  test('a deletion waits for a gateway that is away, says why, and goes through when it is back', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.gateway.fallback = 'unavailable';
      life.cluster.delete();
      await life.look();
      await life.until('told', () => life.cluster.saidOf('Registered').includes('waits for the gateway'));
      await life.pass('3h');
      expect(life.cluster.condition('Registered')).toBe('False RemovalDelayed');
      expect(life.cluster.api()?.holdsFinalizer).toBe(true);
      expect(life.cluster.events.map(({ reason }) => reason)).toEqual(['Registered', 'RemovalDelayed']);
      life.gateway.fallback = 'accepted';
      await life.workflow.result();
      expect(life.gateway.table.size).toBe(0);
    }));

  test('a resource that vanished without its finalizer being honoured is still removed at the gateway', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.object = undefined;
      await life.look();
      await life.workflow.result();
      expect(life.gateway.table.size).toBe(0);
    }));

  test('deletion-policy Retain leaves the registration', () =>
    harness.live(
      withApi(ROUTED, { annotations: { 'apig.oda.tmforum.org/deletion-policy': 'Retain' } }),
      async (life) => {
        await life.until('registered', () => isRegistered(life));
        life.cluster.delete();
        await life.look();
        await life.workflow.result();
        expect([...life.gateway.table.keys()]).toEqual(['/a']);
        expect(life.cluster.object).toBeUndefined();
      },
    ));

  test('a resource made anew under the old name starts from what is at the gateway', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      life.cluster.create({ ...ROUTED, path: '/b' });
      await life.look();
      await life.until('registered anew', () => life.gateway.table.has('/b') && isRegistered(life));
      expect([...life.gateway.table.keys()]).toEqual(['/b']);
    }));
});

describe('what survives a crash', () => {
  test('a workflow without memory removes what the resource says may be registered', () =>
    harness.live(
      (cluster, gateway) => {
        const lost = {
          name: 'shop-catalog-v4',
          path: '/old',
          specification: 'https://specs.example/v4.json',
          implementation: 'catalog',
          port: 80,
        };
        cluster.create(ROUTED, { finalizers: ['apig.oda.tmforum.org/registration'] });
        cluster.change({ status: { apig: { state: 'Registering', pending: lost } } });
        gateway.table.set('/old', lost);
      },
      async (life) => {
        await life.until('registered', () => isRegistered(life));
        expect([...life.gateway.table.keys()]).toEqual(['/a']);
      },
    ));

  test('an API server that is away delays the round and loses nothing', () =>
    harness.live(
      (cluster) => {
        cluster.create(ROUTED);
        cluster.outages = 6;
      },
      async (life) => {
        await life.until('registered', () => isRegistered(life));
        expect(life.gateway.calls).toEqual(['register /a:80']);
      },
    ));
});

test('what the API server says of a failure is a text on the page of the workflow, and nothing else', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED);
      cluster.outages = 1_000;
      cluster.outageMessage =
        '# denied by [policy](javascript:alert(1)) <img src=x>\n\n| see `https://evil.example` |';
    },
    async (life) => {
      await life.pass('30s');
      const page: unknown = await life.workflow.query('__temporal_workflow_metadata');
      expect(page).toMatchObject({
        currentDetails: expect.stringContaining(
          String.raw`

\# denied by policy (javascript:alert(1)) img src=x see https: //evil.example

`,
        ),
      });
    },
  ));

describe("people's controls", () => {
  test('retry tries now, and is refused where nothing failed', () =>
    harness.live(
      (cluster, gateway) => {
        cluster.create(ROUTED);
        gateway.next('rejected');
      },
      async (life) => {
        await life.until('rejected', () => life.cluster.api()?.status.apig.state === 'Rejected');
        await life.workflow.executeUpdate(retry);
        await life.until('registered', () => isRegistered(life));
        await expect(life.workflow.executeUpdate(retry)).rejects.toMatchObject({
          cause: { message: expect.stringContaining('nothing failed') },
        });
      },
    ));

  test('the query says what is registered and what happens next', () =>
    harness.live(withApi(), async (life) => {
      await life.until('registered', () => isRegistered(life));
      expect(await life.workflow.query(registration)).toMatchObject({
        state: 'Registered',
        registered: { path: '/a' },
      });
    }));
});

describe('the Component', () => {
  test('hears at once that an API is ready, and only after the debounce that it is not', () =>
    harness.live(
      (cluster) => {
        cluster.create(ROUTED, { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c1' }] });
        cluster.entry = { ready: false };
      },
      async (life) => {
        const { cluster } = life;
        await life.until('told', () => asObject(cluster.entry)['ready'] === true);
        expect(cluster.entry).toEqual({
          url: 'http://10.0.0.1/a',
          developerUI: 'http://10.0.0.1/a/docs/',
          ready: true,
        });
        cluster.endpointsReady = false;
        await life.look();
        await life.until('the API tells at once', () => cluster.api()?.status.implementationReady === false);
        expect(cluster.entry).toMatchObject({ ready: true });
        await life.pass('40s');
        expect(cluster.entry).toMatchObject({ ready: false, url: 'http://10.0.0.1/a' });
      },
    ));

  test('that does not list the API yet is told as soon as it does', () =>
    harness.live(
      (cluster) => {
        cluster.create(ROUTED, { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c1' }] });
        cluster.entry = 'unlisted';
      },
      async (life) => {
        await life.until(
          'not listed',
          () => life.cluster.condition('ComponentUpdated') === 'False EntryMissing',
        );
        life.cluster.entry = { ready: false };
        await life.look();
        await life.until('listed', () => life.cluster.condition('ComponentUpdated') === 'True EntryWritten');
      },
    ));
});
