import { createGatewayActivities } from '../../../activities/index.ts';
import type { GatewayActivities } from '../../../activities/types.ts';
import type { Gateway } from '../../../src/gateway/gateway.ts';
import { openPaths } from './openPaths.ts';
import type { MemoryCluster } from '../cluster/memoryCluster.ts';

/** The lane of a gateway: it sees every API, so it answers Conflict where an observation has overlooked the owner of a path. */
export function createLane(cluster: MemoryCluster, gateway: Gateway): GatewayActivities {
  const lane = createGatewayActivities({ gateway, paths: openPaths });
  return {
    ...lane,
    registerApi: async (call) => {
      const api = cluster.api();
      const owner = api && (cluster.pathOwner(api) ?? cluster.gone);
      cluster.unseen.clear();
      return owner === undefined ? lane.registerApi(call) : { kind: 'conflict', owner };
    },
  };
}
