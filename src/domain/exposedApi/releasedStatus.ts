import { mergeConditions } from '../kubernetes/conditions.ts';
import { asObject, mergeDifference } from '../kubernetes/mergePatch.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import { POLICIES_ENFORCED } from './policiesCondition.ts';
import { isReplacedOperators } from './publishedRecord.ts';
import type { RecordedStatus } from './recordedStatus.ts';
import type { ApiState } from './state.ts';

type Json = Readonly<Record<string, unknown>>;

/** How our part in a deletion ended. */
export interface Release {
  readonly why: 'Removed' | 'Released';
  /** For people: what is left at the gateway, and who still holds the resource. */
  readonly note: string;
  /** Does the status show an endpoint that others wrote? It stays. */
  readonly isOthers: boolean;
}

/** Says the status of a resource that is being deleted already that we are done with it? Of what we never touched there is nothing to say. */
export function isReleaseTold(status: RecordedStatus): boolean {
  const { state } = status.apig;
  if (state === undefined) return !isReplacedOperators(status);
  return state === 'Removed' || state === 'Released';
}

/**
 * The merge patch that brings a resource's whole status to say that we are done with it: others may hold the resource for long, and
 * whoever waits for its path must see that it is free.
 * @param now RFC 3339; used only for conditions whose status flips
 */
export function releasedStatus(current: unknown, { why, note, isOthers }: Release, now: string): Json {
  const status = asObject(current);
  const said = {
    status: 'False',
    reason: why === 'Removed' ? REASONS.removed : REASONS.released,
    message: note,
  } as const;
  const conditions = [
    { type: 'Registered', ...said },
    { type: 'Ready', ...said },
  ];
  const state: ApiState = why;
  const nothingHeld = { registered: null, pending: null, unconfirmed: null, pathOwner: null, seal: null };
  return {
    ...(isOthers
      ? {}
      : {
          apiStatus: mergeDifference(status['apiStatus'], { url: null, developerUI: null, ip: null }),
          implementation: { ready: false },
        }),
    conditions: mergeConditions(status['conditions'], conditions, now, [POLICIES_ENFORCED]),
    apig: { ...nothingHeld, state },
  };
}
