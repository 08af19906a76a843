import type { NewCondition } from '../kubernetes/conditions.ts';
import { REASONS } from '../kubernetes/reasons.ts';

/** Type of the condition; it is there only while an annotation of ours has a value that is not known. */
export const ANNOTATIONS_UNDERSTOOD = 'AnnotationsUnderstood';

/** Undefined where all is understood. */
export function annotationsCondition(problem: string | undefined): NewCondition | undefined {
  if (problem === undefined) return undefined;
  return {
    type: ANNOTATIONS_UNDERSTOOD,
    status: 'False',
    reason: REASONS.unknownAnnotationValue,
    message: `${problem}. Correct the annotation, or take it away.`,
  };
}
