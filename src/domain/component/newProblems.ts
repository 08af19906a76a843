import { MAX_MESSAGE } from '../kubernetes/conditions.ts';
import { asObject } from '../kubernetes/mergePatch.ts';
import { type ChildProblems, describeProblems, type Problem } from './problems.ts';
import { CREATED_CONDITION } from './status.ts';

/**
 * The problems that the condition did not tell before: Events tell transitions only. What has no room in the condition is not told by
 * an Event either, or it would be new for ever.
 * @param before the Component's whole status, before this was written
 */
export function newProblems(
  before: Readonly<Record<string, unknown>>,
  problems: ChildProblems,
): readonly Problem[] {
  const conditions: readonly unknown[] = Array.isArray(before['conditions']) ? before['conditions'] : [];
  const said = textOf(conditions.find((one) => asObject(one)['type'] === CREATED_CONDITION));
  let room = MAX_MESSAGE;
  return describeProblems(problems).filter(({ message }) => {
    const told = message.slice(0, Math.max(0, room));
    room -= message.length + 1;
    return told !== '' && !said.includes(told);
  });
}

function textOf(condition: unknown): string {
  const { message } = asObject(condition);
  return typeof message === 'string' ? message : '';
}
