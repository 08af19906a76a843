import { componentStatusPatch, deploymentStatusOf } from '../../src/domain/component/status.ts';
import { newProblems } from '../../src/domain/component/newProblems.ts';
import type { ComponentDependencies } from '../dependencies.ts';
import type { ComponentActivities } from '../types.ts';

export function reportComponent(deps: ComponentDependencies): ComponentActivities['reportComponent'] {
  return async ({ ref, uid, listed, problems }) => {
    const { namespace, name } = ref;
    let patch: Readonly<Record<string, unknown>> | undefined;
    const before = await deps.components.updateStatus({ namespace, name }, uid, ({ status }) => {
      patch = componentStatusPatch(status, { listed, problems }, deps.now().toISOString());
      return patch;
    });
    if (before === undefined) return { deploymentStatus: undefined };
    const subject = { apiVersion: before.apiVersion, kind: before.kind, namespace, name, uid };
    for (const { reason, message: note } of newProblems(before.status, problems))
      deps.emitEvent(subject, { type: 'Warning', reason, action: 'MakeExposedAPIs', note });
    return { deploymentStatus: deploymentStatusOf({ ...before.status, ...patch }) };
  };
}
