import { asObject } from './mergePatch.ts';

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A condition in the form of Kubernetes' metav1.Condition, without observedGeneration (see specHash). */
export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

export type NewCondition = Omit<Condition, 'lastTransitionTime'>;

/** The API server refuses messages over 32 KiB; people stop reading long before. */
export const MAX_MESSAGE = 1024;

/**
 * Ours replace those of the same type, others' stay as they are. The transition time moves only when the status flips.
 * @param withdrawn types of ours that are no longer said
 */
export function mergeConditions(
  current: unknown,
  ours: readonly NewCondition[],
  now: string,
  withdrawn: readonly string[] = [],
): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(current) ? current : [];
  const list = all.filter((one) => !withdrawn.some((type) => type === asObject(one)['type']));
  const timed = ours.map((condition) => {
    const before = asObject(list.find((one) => asObject(one)['type'] === condition.type));
    const isUnchanged =
      before['status'] === condition.status && typeof before['lastTransitionTime'] === 'string';
    return {
      ...condition,
      message: condition.message.slice(0, MAX_MESSAGE),
      lastTransitionTime: isUnchanged ? before['lastTransitionTime'] : now,
    };
  });
  const kept = list.map((one) => timed.find(({ type }) => type === asObject(one)['type']) ?? one);
  const added = timed.filter(({ type }) => !list.some((one) => asObject(one)['type'] === type));
  return [...kept, ...added];
}
