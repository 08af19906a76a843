import { log } from '@temporalio/activity';
import type { ComponentEntry } from '../../src/domain/component/entry.ts';
import type { EntryOutcome } from '../../src/domain/exposedApi/entryUpdate.ts';
import { type StatusFacts, statusOf } from '../../src/domain/exposedApi/status.ts';
import { statusPatch } from '../../src/domain/exposedApi/statusPatch.ts';
import { transitionOf, unknownAnnotation } from '../../src/domain/exposedApi/transition.ts';
import { describeError } from '../../src/domain/kubernetes/describeError.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import { asApiRef, subjectOf } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ExposedApiActivities } from '../types.ts';

export function reportApi(deps: ApiDependencies): ExposedApiActivities['reportApi'] {
  const { settings } = deps;
  return async ({ ref, facts, entry }) => {
    // The entry goes first, so that one status write can say how it went.
    const outcome = isEntry(entry) ? await writeEntry(deps, ref, facts, entry) : entry;
    const id = settings.workflowId(ref);
    const ours = statusOf(facts, outcome);
    const record = { ...ours.apig, gateway: settings.recordedAs(ref.namespace) };
    const status = {
      ...ours,
      apig: {
        ...record,
        seal: settings.seal?.make(record),
        workflowId: id,
        workflowUrl: settings.workflowUrl(id),
      },
    };
    let isWritten = true;
    const updated = await deps.apis.update(asApiRef(ref), facts.seen.uid, (api, current, generation) => {
      // A newer round has spoken since: this one is over, though it was not told so in time.
      isWritten = (api.status.apig.fence ?? 0) <= (facts.fence ?? 0);
      if (!isWritten) return undefined;
      const isSeen = generation === undefined || api.specHash === facts.seen.specHash;
      const observedGeneration = isSeen ? generation : api.status.observedGeneration;
      const patch = statusPatch(current, { ...status, observedGeneration }, deps.now().toISOString());
      return patch && { status: patch };
    });
    const before = isWritten ? updated?.before : undefined;
    const transition = before && transitionOf(before.status, facts.condition);
    if (before && transition) deps.emitEvent(subjectOf(before), { ...transition, action: 'Report' });
    const slip = before && unknownAnnotation(before, facts.seen.annotationProblem);
    if (before && slip) deps.emitEvent(subjectOf(before), { ...slip, action: 'Report' });
    return { isEntryRefused: isRefused(outcome), resourceVersion: updated?.resourceVersion };
  };
}

/** Whatever keeps the entry from being written must not keep the API's own status from saying what is true. */
async function writeEntry(
  { entries }: ApiDependencies,
  { namespace }: ResourceRef,
  { seen: { component = '', uid } }: StatusFacts,
  entry: ComponentEntry,
): Promise<EntryOutcome> {
  try {
    return await entries.write({ namespace, component, apiUid: uid }, entry);
  } catch (error) {
    const cause = describeError(error);
    log.warn("A Component's entry could not be written; trying again later", { component, cause });
    return { refused: cause };
  }
}

function isEntry(entry: ComponentEntry | EntryOutcome): entry is ComponentEntry {
  return typeof entry === 'object' && !isRefused(entry) && !('unknown' in entry);
}

function isRefused(entry: ComponentEntry | EntryOutcome): entry is { readonly refused: string } {
  return typeof entry === 'object' && 'refused' in entry;
}
