import { ANNOTATIONS_UNDERSTOOD, annotationsCondition } from './annotationsCondition.ts';
import type { ExposedApi } from './exposedApi.ts';
import type { RecordedStatus } from './recordedStatus.ts';
import type { RegistrationCondition } from './state.ts';
import { REASONS, type EventReason } from '../kubernetes/reasons.ts';

export interface Transition {
  readonly type: 'Normal' | 'Warning';
  readonly reason: EventReason;
  readonly note: string;
}

/** The Event that a new condition is worth, seen from what the resource's status said before; undefined for no transition. */
export function transitionOf(before: RecordedStatus, after: RegistrationCondition): Transition | undefined {
  const registered = before.conditions.find(({ type }) => type === 'Registered');
  if (registered?.reason === after.reason && before.apig.state === after.state) return undefined;
  const event = eventFor(after);
  if (event !== undefined) return { ...event, note: after.message };
  return before.apig.state === 'Paused' && after.state !== 'Removing'
    ? { type: 'Normal', reason: 'Resumed', note: after.message }
    : undefined;
}

function eventFor({ state, reason }: RegistrationCondition): Omit<Transition, 'note'> | undefined {
  if (reason === REASONS.removalDelayed) return { type: 'Warning', reason: 'RemovalDelayed' };
  switch (state) {
    case 'Registered':
      return { type: 'Normal', reason: 'Registered' };
    case 'Retrying':
      return { type: 'Warning', reason: 'RegistrationFailed' };
    case 'Rejected':
      return { type: 'Warning', reason: 'RegistrationRejected' };
    case 'Conflict':
      return { type: 'Warning', reason: 'PathConflict' };
    case 'Paused':
      return { type: 'Normal', reason: 'Paused' };
    case 'Pending':
    case 'Registering':
    case 'Removing':
    case 'NotRouted':
    // Told by whoever releases the finalizer.
    case 'Removed':
    case 'Released':
      return undefined;
  }
}

/** The Event that a value of an annotation is worth which is not known; undefined where there is none, or it was told before. */
export function unknownAnnotation(
  { status }: Pick<ExposedApi, 'status'>,
  problem: string | undefined,
): Transition | undefined {
  const condition = annotationsCondition(problem);
  if (condition === undefined) return undefined;
  const said = status.conditions.find(({ type }) => type === ANNOTATIONS_UNDERSTOOD);
  if (said?.message === condition.message) return undefined;
  return { type: 'Warning', reason: 'UnknownAnnotationValue', note: condition.message };
}
