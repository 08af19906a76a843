import type { ComponentEntry } from '../../src/domain/component/entry.ts';
import { ANNOTATIONS } from '../../src/domain/kubernetes/names.ts';
import { pause, resume } from '../../workflows/messages.ts';
import { ROUTED, useHarness } from '../support/temporal/lives.ts';

const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'component-uid' }] };

const harness = useHarness();

test('pause holds every call back until resume', () =>
  harness.live(
    (cluster) => cluster.create(ROUTED),
    async (life) => {
      await life.until('registered', () => life.cluster.condition('Registered') === 'True Confirmed');
      await life.workflow.executeUpdate(pause);
      life.cluster.change({ spec: { path: '/b' } });
      await life.look();
      await life.until('paused', () => life.cluster.api()?.status.apig.state === 'Paused');
      await life.pass('1h');
      expect(life.gateway.calls).toHaveLength(1);
      await life.workflow.executeUpdate(resume);
      await life.until('moved', () => life.gateway.table.has('/b'));
    },
  ));

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
