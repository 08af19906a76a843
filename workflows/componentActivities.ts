import { proxyLocalActivities } from '@temporalio/workflow';
import type { ComponentActivities } from '../activities/types.ts';

/** A Component may have dozens of APIs to make; what does not succeed soon is left to the next round. */
const local = (summary: string): ComponentActivities =>
  proxyLocalActivities<ComponentActivities>({
    startToCloseTimeout: '60s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumAttempts: 4 },
    summary,
  });

/** Work at the API server, each with the line that Temporal's UI shows beside it. */
export const componentActivities: ComponentActivities = {
  observeComponent: local('read the Component and its APIs').observeComponent,
  applyChildren: local('make, change and delete its APIs').applyChildren,
  reportComponent: local("tell the Component's status").reportComponent,
};
