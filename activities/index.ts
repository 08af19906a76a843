import { registerApi, removeApi } from './gateway.ts';
import type { ApiDependencies, ComponentDependencies, GatewayDependencies } from './dependencies.ts';
import { recordIntent } from './exposedApi/recordIntent.ts';
import { observeApi } from './exposedApi/observe.ts';
import { releaseApi } from './exposedApi/release.ts';
import { reportApi } from './exposedApi/report.ts';
import type { ComponentActivities, ExposedApiActivities, GatewayActivities } from './types.ts';
import { applyChildren } from './component/apply.ts';
import { observeComponent } from './component/observe.ts';
import { reportComponent } from './component/report.ts';

/** For the workers of the main task queue. */
export function createApiActivities(deps: ApiDependencies): ExposedApiActivities {
  return {
    observeApi: observeApi(deps),
    recordIntent: recordIntent(deps),
    reportApi: reportApi(deps),
    releaseApi: releaseApi(deps),
  };
}

/** For the workers of the gateway's task queue. */
export function createGatewayActivities(deps: GatewayDependencies): GatewayActivities {
  return { registerApi: registerApi(deps), removeApi: removeApi(deps) };
}

/** For the workers of the main task queue, where COMPONENT_CONTROLLER is `embedded`. */
export function createComponentActivities(deps: ComponentDependencies): ComponentActivities {
  return {
    observeComponent: observeComponent(deps),
    applyChildren: applyChildren(deps),
    reportComponent: reportComponent(deps),
  };
}
