import type { NewCondition } from '../kubernetes/conditions.ts';
import { COMPONENT_REASONS, describeProblems, type ChildProblems } from './problems.ts';

export const CREATED_CONDITION = 'ExposedAPIsCreated';

/** The conditions of a Component; `waiting` names the listed APIs that are not served yet. */
export function componentConditions(
  problems: ChildProblems,
  waiting: readonly string[],
): readonly NewCondition[] {
  const found = describeProblems(problems);
  const [first] = found;
  if (first !== undefined)
    return [
      {
        type: CREATED_CONDITION,
        status: 'False',
        reason: first.reason,
        message: found.map(({ message }) => message).join(' '),
      },
      {
        type: 'Ready',
        status: 'False',
        reason: COMPONENT_REASONS.apisNotCreated,
        message: 'Not every API could be made as declared; the condition ExposedAPIsCreated says why.',
      },
    ];
  return [
    {
      type: CREATED_CONDITION,
      status: 'True',
      reason: COMPONENT_REASONS.allCreated,
      message: 'Every declared API exists.',
    },
    waiting.length === 0
      ? { type: 'Ready', status: 'True', reason: COMPONENT_REASONS.apisReady, message: 'Every API is ready.' }
      : {
          type: 'Ready',
          status: 'False',
          reason: COMPONENT_REASONS.apisNotReady,
          message: `Waiting for ${waiting.join(', ')}: no URL yet, or the implementation is not ready.`,
        },
  ];
}
