import {
  componentStatusPatch,
  CREATED_CONDITION,
  deploymentStatusOf,
} from '../../src/domain/component/status.ts';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import type { Component } from '../../src/domain/component/component.ts';
import type { ComponentDependencies } from '../dependencies.ts';
import type { ComponentActivities } from '../types.ts';
import { describeProblems } from '../../src/domain/component/problems.ts';

export function reportComponent(deps: ComponentDependencies): ComponentActivities['reportComponent'] {
  return async ({ ref, uid, listed, problems }) => {
    const { namespace, name } = ref;
    let patch: Readonly<Record<string, unknown>> | undefined;
    const before = await deps.components.updateStatus({ namespace, name }, uid, ({ status }) => {
      patch = componentStatusPatch(status, { listed, problems }, deps.now().toISOString());
      return patch;
    });
    if (before === undefined) return { deploymentStatus: undefined };
    const [problem] = describeProblems(problems);
    if (problem !== undefined && isNew(before, problem))
      deps.emitEvent(
        { apiVersion: before.apiVersion, kind: before.kind, namespace, name, uid },
        { type: 'Warning', reason: problem.reason, action: 'MakeExposedAPIs', note: problem.message },
      );
    return { deploymentStatus: deploymentStatusOf({ ...before.status, ...patch }) };
  };
}

/** Events tell transitions only: what the condition said already is not said again. */
function isNew(
  { status }: Component,
  problem: { readonly reason: string; readonly message: string },
): boolean {
  const conditions: readonly unknown[] = Array.isArray(status['conditions']) ? status['conditions'] : [];
  const said = asObject(conditions.find((one) => asObject(one)['type'] === CREATED_CONDITION));
  return (
    said['reason'] !== problem.reason || !String(said['message']).startsWith(problem.message.slice(0, 1024))
  );
}
