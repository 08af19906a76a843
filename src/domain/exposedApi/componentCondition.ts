import type { NewCondition } from '../kubernetes/conditions.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import type { EntryOutcome } from './entryUpdate.ts';

/** How it stands with the entry in the Component. */
export function componentCondition(entry: EntryOutcome): NewCondition {
  if (typeof entry === 'string') return COMPONENT_CONDITIONS[entry];
  if ('unknown' in entry)
    return {
      type: 'ComponentUpdated',
      status: 'Unknown',
      reason: REASONS.entryUnknown,
      message: `The Component could not be read: ${entry.unknown}. Its entry stays as it is, and is looked at again; everything else goes on. Check that the cluster serves Components, and the operator's right to read them.`,
    };
  return {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.entryRefused,
    message: `The entry in the Component could not be written: ${entry.refused}. It is tried on by itself; check the operator's right to patch Components, and the admission webhooks.`,
  };
}

const COMPONENT_CONDITIONS: Record<Extract<EntryOutcome, string>, NewCondition> = {
  written: {
    type: 'ComponentUpdated',
    status: 'True',
    reason: REASONS.entryWritten,
    message: "The Component's entry is up to date.",
  },
  notListed: {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.entryMissing,
    message: 'The Component does not list this API yet; its entry is written as soon as it does.',
  },
  noComponent: {
    type: 'ComponentUpdated',
    status: 'True',
    reason: REASONS.noComponent,
    message: 'No Component owns this API.',
  },
  waitingForUrl: {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.waitingForUrl,
    message: 'There is no URL to tell the Component yet.',
  },
};
