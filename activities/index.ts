import { registerApi, removeApi } from './callGateway.ts';
import type { ApiDependencies, GatewayDependencies } from './dependencies.ts';
import { holdApi } from './holdApi.ts';
import { observeApi } from './observeApi.ts';
import { releaseApi } from './releaseApi.ts';
import { reportApi } from './reportApi.ts';
import { reportComponentEntry } from './reportComponentEntry.ts';
import type { ExposedApiActivities, GatewayActivities } from './types.ts';

/** For the workers of the main task queue. */
export function createApiActivities(deps: ApiDependencies): ExposedApiActivities {
  return {
    observeApi: observeApi(deps),
    holdApi: holdApi(deps),
    reportComponentEntry: reportComponentEntry(deps),
    reportApi: reportApi(deps),
    releaseApi: releaseApi(deps),
  };
}

/** For the workers of the gateway's task queue. */
export function createGatewayActivities(deps: GatewayDependencies): GatewayActivities {
  return { registerApi: registerApi(deps), removeApi: removeApi(deps) };
}
