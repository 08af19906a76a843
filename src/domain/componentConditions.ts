import { COMPONENT_REASONS, type ComponentReason } from './componentReasons.ts';
import type { ChildProblems } from './componentPlan.ts';
import type { NewCondition } from './conditions.ts';
import { describeFaults } from './fault.ts';

export const CREATED_CONDITION = 'ExposedAPIsCreated';

export interface Problem {
  readonly reason: ComponentReason;
  readonly message: string;
}

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

/** One line for each kind of problem: the cause, and what a person can do. The gravest is first. */
export function describeProblems(problems: ChildProblems): readonly Problem[] {
  const { faults, clashes, taken, refused, leaving } = problems;
  return [
    ...clashes.map(({ name, field, firstField }) => ({
      reason: COMPONENT_REASONS.nameClash,
      message: `${field} comes to the name ${name}, as ${firstField} does, and is left out: give it another name or version.`,
    })),
    ...(faults.length === 0
      ? []
      : [{ reason: COMPONENT_REASONS.invalidApi, message: `Not acceptable: ${describeFaults(faults)}.` }]),
    ...taken.map((name) => ({
      reason: COMPONENT_REASONS.nameTaken,
      message: `The name ${name} is held by a resource of another owner, which is left alone: rename the API or delete that resource.`,
    })),
    ...refused.map(({ name, message }) => ({
      reason: COMPONENT_REASONS.apiRefused,
      message: `The API server refused ${name}: ${message}.`,
    })),
    ...leaving.map((name) => ({
      reason: COMPONENT_REASONS.waitingForDeletion,
      message: `${name} is being deleted and is made anew when it is gone.`,
    })),
  ];
}
