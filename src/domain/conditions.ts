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
