import {
  COMPONENTS,
  EXPOSED_APIS,
  LEGACY_APIS,
  parseResourceKey,
  parseWorkflowId,
  resourceKey,
  type ResourceRef,
  workflowId,
} from '../../src/domain/kubernetes/names.ts';
import { runResync } from '../../watcher/resync.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const { logger } = silentLogger();

test('everything is looked at anew and then swept, after each interval and a little more, whatever fails', async () => {
  const clock = heldClock(0.5);
  const stopping = new AbortController();
  const done: string[] = [];
  const resync = runResync(
    {
      intervalMs: 600_000,
      relist: async () => {
        done.push('relist');
        if (done.length === 1) throw new Error('the API server is away');
      },
      sweep: async () => {
        done.push('sweep');
      },
      clock,
      logger,
    },
    stopping.signal,
  );
  expect(clock.pending()).toEqual([630_000]);
  clock.advance(630_000);
  await eventually('the next wait', () => clock.pending().length === 1);
  expect(done).toEqual(['relist', 'sweep']);
  clock.advance(630_000);
  await eventually('the wait after', () => clock.pending().length === 1);
  expect(done).toEqual(['relist', 'sweep', 'relist', 'sweep']);
  stopping.abort();
  await resync;
  expect(done).toHaveLength(4);
});

const REFS: readonly ResourceRef[] = ([EXPOSED_APIS, LEGACY_APIS, COMPONENTS] as const).map((plural) => ({
  plural,
  namespace: 'shop',
  name: 'catalog.v4',
}));

test.each(REFS)('the workflow id and the key of $plural lead back to the resource', (ref) => {
  expect(parseResourceKey(resourceKey(ref))).toEqual(ref);
  for (const cluster of ['', 'east']) expect(parseWorkflowId(workflowId(ref, cluster), cluster)).toEqual(ref);
});

test("another cluster's workflows and foreign ids are nobody's here", () => {
  const id = 'exposed-api/shop/catalog';
  expect(parseWorkflowId(`east/${id}`, '')).toBeUndefined();
  expect(parseWorkflowId(id, 'east')).toBeUndefined();
  expect(parseWorkflowId(`west/${id}`, 'east')).toBeUndefined();
  expect(parseWorkflowId('order-1', '')).toBeUndefined();
  expect(() => parseResourceKey('pods/shop/x')).toThrow('no resource key');
});
