import type { Action } from './action.ts';
import type { PresentApi } from './observation.ts';
import type { ExposedApiState } from './state.ts';
import { lastingFrom } from '../registration/retry.ts';
import { REASONS } from '../kubernetes/reasons.ts';

/** How often to look for the end of a conflict of which no event may tell. */
const CONFLICT_LOOK_MS = 3_000;
/** How long to leave an entry alone whose write was refused. */
const ENTRY_RETRY_MS = 60_000;

/** How long to leave a neighbour alone that could not be read; the longer it has been so, the longer. */
const UNREAD_RETRY_MS = 60_000;
const MAX_UNREAD_RETRY_MS = 600_000;

interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the Component is told that the implementation is not ready. */
  readonly lowerAt?: number | undefined;
  readonly isEntryRefused?: boolean;
  /** A call is out: what comes next at the gateway begins with its end. */
  readonly isCallOut?: boolean;
}

/** When something is due though nobody says "look again"; milliseconds since the epoch, undefined: never. */
export function nextWake(
  state: ExposedApiState,
  action: Action,
  seen: PresentApi | undefined,
  { now, lowerAt, isEntryRefused = false, isCallOut = false }: Moment,
): number | undefined {
  const isActive = action.kind !== 'suspend' && !isCallOut;
  const times = [
    lowerAt,
    isEntryRefused ? now + ENTRY_RETRY_MS : undefined,
    unreadRetryAt(seen, now),
    !isCallOut && isUntoldConflict(action, seen) ? now + CONFLICT_LOOK_MS : undefined,
    isActive ? state.failures?.nextAttemptAt : undefined,
    isActive ? state.record?.inFlightUntil : undefined,
    isActive ? state.formerFailures?.nextAttemptAt : undefined,
    delayTellingAt(state, action),
  ].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** No event tells when a workflow has ended; nor does one tell of an owner that the view does not know. */
function isUntoldConflict(action: Action, seen: PresentApi | undefined): boolean {
  if (action.kind !== 'unregister' || action.conflict === undefined) return false;
  return action.conflict.why === 'gone' || seen?.pathOwner === undefined;
}

/** A watch tells when a neighbour can be read again, but perhaps not this operator's. */
function unreadRetryAt(seen: PresentApi | undefined, now: number): number | undefined {
  if (seen?.unread === undefined) return undefined;
  const age = now - Date.parse(seen.unreadSince ?? '');
  return now + Math.min(Math.max(Number.isNaN(age) ? 0 : age, UNREAD_RETRY_MS), MAX_UNREAD_RETRY_MS);
}

/** A deletion that is held for long is told when it has become long, not at the next try. */
function delayTellingAt({ failures, condition }: ExposedApiState, action: Action): number | undefined {
  if (failures === undefined || action.kind !== 'unregister' || !action.release) return undefined;
  return condition?.reason === REASONS.removing ? lastingFrom(failures) : undefined;
}
