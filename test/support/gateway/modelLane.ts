import { resourceKey } from '../../../src/domain/kubernetes/names.ts';
import { createPathArbiter, type PathArbiter } from '../../../src/paths/arbiter.ts';
import type { ModelCluster } from '../cluster/modelCluster.ts';

/** The arbiter of paths as the process that makes the calls has it, on the model of the cluster. */
export function modelArbiter(
  cluster: ModelCluster,
  options: {
    readonly isAtWork: (name: string) => boolean;
    readonly now: () => number;
    readonly callTimeoutMs: number;
  },
): PathArbiter {
  const { isAtWork, now, callTimeoutMs } = options;
  const apis = () => cluster.names().flatMap((name) => cluster.api(name) ?? []);
  const arbiter = createPathArbiter({
    api: (key) => apis().find(({ ref }) => resourceKey(ref) === key),
    claims: { oldest: (gateway, path) => cluster.oldest(gateway, path) },
    gatewayOf: () => 'http://gateway.example',
    recordedGateway: () => 'http://gateway.example',
    isAtWork: async ({ name }) => isAtWork(name),
    caughtUp: async () => cluster.catchUp(),
    callTimeoutMs,
    now,
  });
  cluster.catchUp();
  arbiter.begin(apis());
  return arbiter;
}
