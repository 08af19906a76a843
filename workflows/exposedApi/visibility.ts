import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { currentDetails } from '../../src/domain/exposedApi/currentDetails.ts';
import { SEARCH_ATTRIBUTES } from '../../src/domain/kubernetes/names.ts';
import type { ExposedApiState, RegistrationCondition } from '../../src/domain/exposedApi/state.ts';
import type { PresentApi, RoundSettings } from '../../src/domain/exposedApi/observation.ts';
import { endpointOf } from '../../src/domain/exposedApi/endpoint.ts';
import { EMPTY_RECORD } from '../../src/domain/registration/record.ts';

const KEYS = {
  state: defineSearchAttributeKey(SEARCH_ATTRIBUTES.apiState, 'KEYWORD'),
  failureReason: defineSearchAttributeKey(SEARCH_ATTRIBUTES.failureReason, 'KEYWORD'),
  path: defineSearchAttributeKey(SEARCH_ATTRIBUTES.apiPath, 'KEYWORD'),
  segment: defineSearchAttributeKey(SEARCH_ATTRIBUTES.segment, 'KEYWORD'),
  component: defineSearchAttributeKey(SEARCH_ATTRIBUTES.component, 'KEYWORD'),
  gateway: defineSearchAttributeKey(SEARCH_ATTRIBUTES.gateway, 'KEYWORD'),
  ready: defineSearchAttributeKey(SEARCH_ATTRIBUTES.implementationReady, 'BOOL'),
};

/** SQL visibility stores keep keywords in columns of this length, and refuse longer ones. */
const KEYWORD_LENGTH = 255;

/** Brings Temporal's UI up to date: the details always, the columns only where they differ, for each change is an event. */
export function updateVisibility(state: ExposedApiState, seen: PresentApi): void {
  const { condition, record = EMPTY_RECORD } = state;
  const { url } = endpointOf(seen, condition?.state ?? 'Pending', record);
  setCurrentDetails(currentDetails(state, seen, url));
  // A server without our search attributes would fail the workflow task for ever.
  if (!seen.settings.hasSearchAttributes) return;
  const words = changedWords([
    { key: KEYS.state, value: condition?.state ?? 'Pending' },
    { key: KEYS.failureReason, value: failureReason(condition) },
    { key: KEYS.path, value: seen.path ?? null },
    { key: KEYS.segment, value: seen.segment ?? null },
    { key: KEYS.component, value: seen.component ?? null },
    { key: KEYS.gateway, value: seen.gateway },
  ]);
  const ready = { key: KEYS.ready, value: seen.endpointsReady };
  const known = workflowInfo().typedSearchAttributes;
  const flags = known.get(KEYS.ready) === ready.value ? [] : [ready];
  if (words.length + flags.length > 0) upsertSearchAttributes([...words, ...flags]);
}

/** Before a call waits at a gateway, whoever makes the calls must be able to find out that one does. */
export function showGateway(gateway: string, { hasSearchAttributes }: RoundSettings): void {
  const words = hasSearchAttributes ? changedWords([{ key: KEYS.gateway, value: gateway }]) : [];
  if (words.length > 0) upsertSearchAttributes(words);
}

interface Word {
  readonly key: typeof KEYS.state;
  readonly value: string | null;
}

function changedWords(words: readonly Word[]): Word[] {
  const known = workflowInfo().typedSearchAttributes;
  return words
    .map(({ key, value }) => ({ key, value: value?.slice(0, KEYWORD_LENGTH) ?? null }))
    .filter(({ key, value }) => (known.get(key) ?? null) !== value);
}

function failureReason(condition: RegistrationCondition | undefined): string | null {
  if (condition === undefined || condition.state === 'Registered' || condition.state === 'NotRouted')
    return null;
  return condition.reason;
}
