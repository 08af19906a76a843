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
const MAX_MESSAGE = 1024;

/**
 * Ours replace those of the same type, others' stay where they are. The transition time moves only when the status flips,
 * so an unchanged truth gives an unchanged list.
 */
export function mergeConditions(
  current: readonly Condition[],
  ours: readonly NewCondition[],
  now: string,
): readonly Condition[] {
  const settled = ours.map((condition): Condition => {
    const before = current.find(({ type }) => type === condition.type);
    return {
      ...condition,
      message: condition.message.slice(0, MAX_MESSAGE),
      lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : now,
    };
  });
  const replaced = current.map((condition) => settled.find(({ type }) => type === condition.type) ?? condition);
  const added = settled.filter(({ type }) => !current.some((condition) => condition.type === type));
  return [...replaced, ...added];
}
