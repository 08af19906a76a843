import { ROUND_SETTINGS, type MemoryCluster } from '../support/cluster/memoryCluster.ts';
import { isRegistered, ROUTED, useHarness } from '../support/temporal/lives.ts';
import type { Life } from '../support/temporal/workflowHarness.ts';

const harness = useHarness();

const isPending = ({ cluster }: Life, port: number) => cluster.api()?.status.apig.pending?.port === port;
function withTakingBack(cluster: MemoryCluster): void {
  cluster.round = { ...ROUND_SETTINGS, takesBackWaitingCalls: true };
  cluster.create(ROUTED);
}

const CLOSED = { isLineClosed: true };

test('a call that still waits in line when the spec changes is taken back, and only the newest spec is sent', () =>
  harness.live(
    withTakingBack,
    async (life) => {
      const { cluster, gateway } = life;
      await life.until('waiting', () => isPending(life, 80));
      cluster.change({ spec: { port: 81 } });
      await life.look();
      await life.until('waiting anew', () => isPending(life, 81));
      cluster.change({ spec: { path: '/b' } });
      await life.look();
      await life.until('waiting anew', () => cluster.api()?.status.apig.pending?.path === '/b');
      await life.openLine();
      await life.until('registered', () => isRegistered(life));
      expect(gateway.calls).toEqual(['register /b:81']);
      expect([...gateway.table.keys()]).toEqual(['/b']);
    },
    CLOSED,
  ));

test('an API deleted while its first call waits in line goes without any call', () =>
  harness.live(
    withTakingBack,
    async (life) => {
      await life.until('waiting', () => isPending(life, 80));
      life.cluster.delete();
      await life.look();
      await life.until('gone', () => life.cluster.object === undefined);
      expect(life.gateway.calls).toEqual([]);
    },
    CLOSED,
  ));

// A call that is under way is not taken back: the story change-during-call tells it, for the time-skipping server does not
// complete a workflow task that asks to cancel an activity which has begun.

test('where observations do not ask for it, nothing is taken back', () =>
  harness.live(
    (cluster) => {
      cluster.create(ROUTED);
    },
    async (life) => {
      await life.until('waiting', () => isPending(life, 80));
      life.cluster.change({ spec: { port: 81 } });
      await life.look();
      await life.openLine();
      await life.until('changed', () => life.gateway.table.get('/a')?.port === 81);
      expect(life.gateway.calls).toEqual(['register /a:80', 'register /a:81']);
    },
    CLOSED,
  ));
