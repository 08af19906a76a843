import { ComponentHarness, type ComponentLife } from '../../support/temporal/componentHarness.ts';
import { declaredApi } from '../../support/builders/components.ts';
import type { MemoryComponents } from '../../support/cluster/memoryComponents.ts';

let harness: ComponentHarness;
beforeAll(async () => {
  harness = await ComponentHarness.create();
}, 60_000);
afterAll(() => harness.close());

const ORDERS = declaredApi('orders');
const PRICES = declaredApi('prices');

const declaring =
  (...core: readonly ReturnType<typeof declaredApi>[]) =>
  (cluster: MemoryComponents): void =>
    cluster.declare(core);

const namesOf = ({ cluster }: ComponentLife): readonly string[] => [...cluster.children.keys()];
const isReported = ({ cluster }: ComponentLife): boolean =>
  cluster.condition('ExposedAPIsCreated') !== undefined;

describe('the life of a Component', () => {
  test('its APIs are made and listed, and it is complete once they are served', () =>
    harness.live(declaring(ORDERS, PRICES), async (life) => {
      const { cluster } = life;
      await life.until('reported', () => isReported(life));
      expect(namesOf(life)).toEqual(['shop-catalog-orders-v4', 'shop-catalog-prices-v4']);
      expect(cluster.status['coreAPIs']).toEqual([
        { name: 'shop-catalog-orders-v4', uid: 'api-1', ready: false },
        { name: 'shop-catalog-prices-v4', uid: 'api-2', ready: false },
      ]);
      expect(cluster.deploymentStatus).toBe('In-Progress-CompCon');
      cluster.serveAll();
      await life.look();
      await life.until('complete', () => cluster.deploymentStatus === 'Complete');
      expect(cluster.condition('Ready')).toBe('True APIsReady');
    }));

  test('an upgrade makes what was added, changes what was changed and deletes what was removed', () =>
    harness.live(declaring(ORDERS, PRICES), async (life) => {
      const { cluster } = life;
      await life.until('reported', () => isReported(life));
      cluster.declare([{ ...ORDERS, path: '/shop/moved' }, declaredApi('stock')]);
      await life.look();
      await life.until('removed', () => !namesOf(life).includes('shop-catalog-prices-v4'));
      await life.until('listed', () => JSON.stringify(cluster.status['coreAPIs']).includes('stock'));
      expect(namesOf(life)).toEqual(['shop-catalog-orders-v4', 'shop-catalog-stock-v4']);
      expect(cluster.children.get('shop-catalog-orders-v4')).toMatchObject({
        uid: 'api-1',
        spec: { path: '/shop/moved' },
      });
    }));

  test('a look at what is up to date writes nothing, and the first round is a short history', () =>
    harness.live(declaring(ORDERS), async (life) => {
      const { cluster } = life;
      await life.until('reported', () => isReported(life));
      const { events } = await life.workflow.fetchHistory();
      expect((events ?? []).length).toBeLessThanOrEqual(10);
      const { writes } = cluster;
      await life.look();
      await life.pass('1h');
      expect(cluster.writes).toBe(writes);
    }));

  test(
    'an API server that is away delays, and nobody needs to say anything',
    () =>
      harness.live(
        (cluster) => {
          cluster.declare([ORDERS]);
          // Two rounds, with all their attempts.
          cluster.outages = 8;
        },
        async (life) => {
          await life.until('made', () => isReported(life));
          expect(namesOf(life)).toEqual(['shop-catalog-orders-v4']);
          expect(life.cluster.outages).toBe(0);
        },
      ),
    30_000,
  );

  test('a name that another owner holds is left alone and said, and made once it is free', () =>
    harness.live(
      (cluster) => {
        cluster.declare([ORDERS, PRICES]);
        cluster.put('shop-catalog-orders-v4', { ownerUids: ['another'], spec: { path: '/theirs' } });
      },
      async (life) => {
        const { cluster } = life;
        await life.until('reported', () => isReported(life));
        expect(cluster.condition('ExposedAPIsCreated')).toBe('False NameTaken');
        expect(cluster.children.get('shop-catalog-orders-v4')?.spec).toEqual({ path: '/theirs' });
        expect(namesOf(life)).toContain('shop-catalog-prices-v4');
        cluster.children.delete('shop-catalog-orders-v4');
        await life.until('made', () => cluster.condition('ExposedAPIsCreated') === 'True AllCreated');
      },
    ));

  test('two APIs of one name are said once, with an Event, however often it is looked at', () =>
    harness.live(declaring(ORDERS, { ...ORDERS, path: '/second' }), async (life) => {
      const { cluster } = life;
      await life.until('reported', () => isReported(life));
      await life.look();
      await life.pass('10m');
      expect(cluster.condition('ExposedAPIsCreated')).toBe('False NameClash');
      expect(cluster.events.map(({ type, reason }) => [type, reason])).toEqual([['Warning', 'NameClash']]);
      expect(cluster.children.get('shop-catalog-orders-v4')?.spec['path']).toBe('/shop/orders/v4');
    }));

  test('an API that the API server refuses does not keep the others, and is tried again', () =>
    harness.live(
      (cluster) => {
        cluster.declare([ORDERS, PRICES]);
        cluster.refused.add('shop-catalog-orders-v4');
      },
      async (life) => {
        const { cluster } = life;
        await life.until('reported', () => isReported(life));
        expect(cluster.condition('ExposedAPIsCreated')).toBe('False APIRefused');
        expect(namesOf(life)).toEqual(['shop-catalog-prices-v4']);
        cluster.refused.clear();
        await life.until('made', () => cluster.condition('ExposedAPIsCreated') === 'True AllCreated');
      },
    ));

  test('an API that somebody deletes is made anew when it is gone', () =>
    harness.live(declaring(ORDERS), async (life) => {
      const { cluster } = life;
      await life.until('reported', () => isReported(life));
      const before = cluster.children.get('shop-catalog-orders-v4');
      if (before === undefined) throw new Error('the API was not made');
      cluster.children.set(before.name, { ...before, isDeleting: true });
      await life.look();
      await life.until(
        'waiting',
        () => cluster.condition('ExposedAPIsCreated') === 'False WaitingForDeletion',
      );
      cluster.children.delete(before.name);
      await life.until('made anew', () => cluster.children.get(before.name)?.uid === 'api-2');
      await life.until('listed', () => JSON.stringify(cluster.status['coreAPIs']).includes('api-2'));
    }));

  test('nothing is made for a Component that is being deleted, and the workflow ends with it', () =>
    harness.live(declaring(ORDERS), async (life) => {
      const { cluster } = life;
      await life.until('reported', () => isReported(life));
      cluster.beginDeletion();
      cluster.children.clear();
      await life.look();
      await life.pass('10m');
      expect(namesOf(life)).toEqual([]);
      cluster.remove();
      await life.look();
      await life.workflow.result();
    }));
});
