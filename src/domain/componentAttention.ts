import type { ChildApi } from './childApi.ts';
import type { Component } from './component.ts';
import { planComponent } from './componentPlan.ts';
import { componentStatusPatch } from './componentStatus.ts';

/**
 * Does a Component need a look? Judged from the resources alone, so that a restart of everything costs nothing for what
 * is up to date. Undefined: no; else why.
 * @param resources the ExposedAPIs of the Component's namespace, or at least those with its label
 */
export function componentAttention(component: Component, resources: readonly ChildApi[]): string | undefined {
  if (component.isDeleting) return undefined;
  const { actions, listed, problems } = planComponent(component, resources);
  if (actions.length > 0) return 'APIs differ from what is declared';
  return componentStatusPatch(component.status, { listed, problems }, '') === undefined
    ? undefined
    : 'status is behind';
}
