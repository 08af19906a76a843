import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { currentDetails } from '../../src/domain/exposedApi/currentDetails.ts';
import { SEARCH_ATTRIBUTES } from '../../src/domain/kubernetes/names.ts';
import type { RegistrationCondition } from '../../src/domain/exposedApi/state.ts';
import type { PresentApi } from '../../src/domain/exposedApi/observation.ts';
import type { Session } from './session.ts';

const KEYS = {
  state: defineSearchAttributeKey(SEARCH_ATTRIBUTES.apiState, 'KEYWORD'),
  failureReason: defineSearchAttributeKey(SEARCH_ATTRIBUTES.failureReason, 'KEYWORD'),
  path: defineSearchAttributeKey(SEARCH_ATTRIBUTES.apiPath, 'KEYWORD'),
  segment: defineSearchAttributeKey(SEARCH_ATTRIBUTES.segment, 'KEYWORD'),
  component: defineSearchAttributeKey(SEARCH_ATTRIBUTES.component, 'KEYWORD'),
  ready: defineSearchAttributeKey(SEARCH_ATTRIBUTES.implementationReady, 'BOOL'),
};

/** Brings Temporal's UI up to date: the details always, the columns only where they differ, for each change is an event. */
export function updateVisibility(session: Session, seen: PresentApi, url: string | undefined): void {
  const { state } = session;
  setCurrentDetails(currentDetails(state, seen, url));
  // A server without our search attributes would fail the workflow task for ever.
  if (!seen.settings.hasSearchAttributes) return;
  const known = workflowInfo().typedSearchAttributes;
  const words = [
    { key: KEYS.state, value: state.standing?.state ?? 'Pending' },
    { key: KEYS.failureReason, value: failureReason(state.standing) },
    { key: KEYS.path, value: seen.path ?? null },
    { key: KEYS.segment, value: seen.segment ?? null },
    { key: KEYS.component, value: seen.component ?? null },
  ].filter(({ key, value }) => (known.get(key) ?? null) !== value);
  const ready = { key: KEYS.ready, value: seen.endpointsReady };
  const flags = known.get(KEYS.ready) === ready.value ? [] : [ready];
  if (words.length + flags.length > 0) upsertSearchAttributes([...words, ...flags]);
}

function failureReason(standing: RegistrationCondition | undefined): string | null {
  if (standing === undefined || standing.state === 'Registered' || standing.state === 'NotRouted')
    return null;
  return standing.reason;
}
