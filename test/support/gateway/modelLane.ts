import { resourceKey } from '../../../src/domain/kubernetes/names.ts';
import { createPathArbiter, type PathArbiter } from '../../../src/paths/arbiter.ts';
import type { ModelCluster } from '../cluster/modelCluster.ts';

/** The arbiter of paths as the process that makes the calls has it, on the model of the cluster. */
export function modelArbiter(
  cluster: ModelCluster,
  options: {
    /** @param id `<namespace>/<name>` */
    readonly isAtWork: (id: string) => boolean;
    readonly now: () => number;
    readonly callTimeoutMs: number;
  },
): PathArbiter {
  const { isAtWork, now, callTimeoutMs } = options;
  const apis = () => cluster.ids().flatMap((id) => cluster.api(id) ?? []);
  const arbiter = createPathArbiter({
    api: (key) => apis().find(({ ref }) => resourceKey(ref) === key),
    claims: { oldest: (gateway, place) => cluster.oldest(gateway, place) },
    key: cluster.key,
    gatewayOf: () => 'http://gateway.example',
    recordedGateway: () => 'http://gateway.example',
    isAtWork: async ({ namespace, name }) => isAtWork(`${namespace}/${name}`),
    caughtUp: async () => cluster.catchUp(),
    callTimeoutMs,
    now,
  });
  cluster.catchUp();
  arbiter.begin(apis());
  return arbiter;
}
