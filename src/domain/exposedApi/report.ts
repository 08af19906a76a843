import type { Action } from './action.ts';
import { endpointOf, isLeftAlone } from './endpoint.ts';
import { entryUpdate, type EntryUpdate } from './entryUpdate.ts';
import type { RestoredState } from './memory.ts';
import type { PresentApi } from './observation.ts';
import { registrationCondition } from './registrationCondition.ts';
import type { StatusFacts } from './status.ts';

/** What a round tells of an API at its end. */
export interface Report {
  readonly facts: StatusFacts;
  readonly entry: EntryUpdate;
}

/**
 * @param name metadata.name
 * @param now milliseconds since the epoch
 */
export function reportOf(
  name: string,
  { state, seen, action }: { state: RestoredState; seen: PresentApi; action: Action },
  now: number,
): Report {
  const { record, revision, failures, lastReply, registeredAt, notReadySince, fence } = state;
  const { former = [], formerFailures } = state;
  const condition = registrationCondition(seen, action, record, { failures, now });
  const isOthers = isLeftAlone(seen, condition.state, record) && seen.desired.kind !== 'external';
  return {
    facts: {
      name,
      seen,
      condition,
      record,
      revision,
      lastReply,
      registeredAt: record.registered && registeredAt,
      ...(fence === undefined ? {} : { fence }),
      ...(former.length > 0 && { former }),
      ...(formerFailures && { formerCause: formerFailures.cause }),
      conflict: action.kind === 'unregister' ? action.conflict : undefined,
    },
    entry: entryUpdate(seen, endpointOf(seen, condition.state, record), { notReadySince, now, isOthers }),
  };
}
