import { desiredChildren } from '../../src/domain/component/desiredChildren.ts';
import type { ChildApi } from '../../src/domain/component/child.ts';
import { type Component, componentLabel } from '../../src/domain/component/component.ts';
import { listedNames } from '../../src/domain/component/status.ts';
import { planComponent } from '../../src/domain/component/plan.ts';
import type { ComponentDependencies } from '../dependencies.ts';
import type { ComponentActivities } from '../types.ts';

export function observeComponent(deps: ComponentDependencies): ComponentActivities['observeComponent'] {
  return async (ref) => {
    const component = await deps.components.get({ namespace: ref.namespace, name: ref.name });
    if (component === undefined) return { kind: 'absent' };
    const { uid, isDeleting } = component;
    const plan = planComponent(component, await readChildren(deps, component));
    return { kind: 'present', uid, isDeleting, ...plan };
  };
}

/** Labels can be taken away by anyone, so names that are wanted or listed are looked up whatever their labels say. */
async function readChildren(
  { children }: ComponentDependencies,
  component: Component,
): Promise<readonly ChildApi[]> {
  const { namespace } = component.ref;
  const labelled = await children.listLabelled(namespace, componentLabel(component));
  const known = new Set(labelled.map(({ name }) => name));
  const wanted = desiredChildren(component).children.map(({ name }) => name);
  const missing = [...new Set([...wanted, ...listedNames(component.status)])].filter(
    (name) => !known.has(name),
  );
  const others = await Promise.all(missing.map((name) => children.get(namespace, name)));
  return [...labelled, ...others.filter((child) => child !== undefined)];
}
