import type { RestoredState } from '../../src/domain/exposedApi/memory.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import type { ExposedApiState } from '../../src/domain/exposedApi/state.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import { isClear } from '../../src/domain/registration/record.ts';
import { removedNote, type Effects, type RoundEnd } from './round.ts';

/**
 * Nothing is left at the gateway, so the finalizer goes.
 * @param before what was known when the round began; `after`: what is known now
 */
export async function finish(
  { activities }: Effects,
  ref: ResourceRef,
  {
    seen,
    before,
    after,
  }: { readonly seen: Observation; readonly before: RestoredState; readonly after: ExposedApiState },
): Promise<RoundEnd> {
  const note = removedNote(after);
  if (seen.kind === 'absent')
    return { kind: 'ended', how: isClear(before.record) && !before.former?.length ? undefined : note };
  await activities.releaseApi({ ref, uid: seen.uid, why: 'Removed', note });
  return { kind: 'ended', how: note };
}

/** A person's decision: the registration stays, or its fate stays unknown. The Event and this history are the audit. */
export async function releaseByHand(
  { activities, checkpoint }: Effects,
  ref: ResourceRef,
  { seen, note }: { readonly seen: Observation; readonly note: string },
): Promise<RoundEnd> {
  if (seen.kind === 'present') {
    // Before the finalizer goes the history must hold the decision: to a second look the resource would just be gone.
    await checkpoint();
    await activities.releaseApi({ ref, uid: seen.uid, why: 'Released', note });
  }
  return { kind: 'ended', how: note };
}
