import { applyChildren } from './applyChildren.ts';
import type { ComponentDependencies } from './componentDependencies.ts';
import type { ComponentActivities } from './componentTypes.ts';
import { observeComponent } from './observeComponent.ts';
import { reportComponent } from './reportComponent.ts';

/** For the workers of the main task queue, where COMPONENT_CONTROLLER is `embedded`. */
export function createComponentActivities(deps: ComponentDependencies): ComponentActivities {
  return {
    observeComponent: observeComponent(deps),
    applyChildren: applyChildren(deps),
    reportComponent: reportComponent(deps),
  };
}
