import type { ComponentEntry } from '../../src/domain/componentEntry.ts';
import { ANNOTATIONS } from '../../src/domain/names.ts';
import { WorkflowHarness } from '../support/workflowHarness.ts';

const ROUTED = {
  name: 'catalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/a',
  port: 80,
  specification: { url: 'https://specs.example/v4.json', version: 'v4' },
};
const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'component-uid' }] };

let harness: WorkflowHarness;
beforeAll(async () => {
  harness = await WorkflowHarness.create();
}, 60_000);
afterAll(() => harness.close());

test.each([
  ['a registered API', ROUTED],
  ['an API outside the gateway', { ...ROUTED, apiType: 'prometheus' }],
])('a pause of %s takes neither readiness nor URL, from itself or its Component', (_what, spec) =>
  harness.live(
    (cluster) => {
      cluster.create(spec, OWNED);
      cluster.entry = {};
    },
    async (life) => {
      const { cluster } = life;
      await life.until('ready', () => cluster.condition('Ready') === 'True Available');
      const before: readonly [unknown, ComponentEntry | string] = [
        cluster.api()?.status.apiStatus,
        cluster.entry,
      ];
      cluster.change({ metadata: { annotations: { [ANNOTATIONS.paused]: 'true' } } });
      await life.look();
      await life.until('paused', () => cluster.api()?.status.apig.state === 'Paused');
      // Longer than the debounce of its Component.
      await life.pass('1m');
      expect(cluster.condition('Ready')).toBe('True Available');
      expect([cluster.api()?.status.apiStatus, cluster.entry]).toEqual(before);
      expect(cluster.entry).toMatchObject({ ready: true });
    },
  ),
);
