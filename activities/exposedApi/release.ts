import { log } from '@temporalio/activity';
import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { heldByOthers, leftFinalizer } from '../../src/domain/exposedApi/otherFinalizers.ts';
import { isReleaseTold, releasedStatus } from '../../src/domain/exposedApi/releasedStatus.ts';
import { shownEndpoint } from '../../src/domain/exposedApi/shownEndpoint.ts';
import { describeError } from '../../src/domain/kubernetes/describeError.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { asApiRef, subjectOf } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ExposedApiActivities } from '../types.ts';

export function releaseApi(deps: ApiDependencies): ExposedApiActivities['releaseApi'] {
  return async ({ ref, uid, why, note }) => {
    const api = await deps.apis.get(asApiRef(ref));
    if (api === undefined || api.uid !== uid || isDone(api)) return;
    // Before the release: with the resource its Events lose their subject.
    if (api.holdsFinalizer || leftFinalizer(api.finalizers) !== undefined)
      deps.emitEvent(subjectOf(api), {
        type: 'Normal',
        reason: why,
        action: 'Release',
        note: withHolders(api, noteOf(api, note)),
      });
    if (api.finalizers.some((one) => one !== FINALIZER)) await lowerEntry(deps, api);
    // In one write with the release, for after it the resource may be gone.
    await deps.apis.update(asApiRef(ref), uid, (now, status) => {
      if (isDone(now)) return undefined;
      const { finalizers, holdsFinalizer } = now;
      return {
        finalizers: holdsFinalizer ? finalizers.filter((one) => one !== FINALIZER) : undefined,
        status: releasedStatus(
          status,
          { why, note: withHolders(now, note), isOthers: shownEndpoint(now, undefined).isOthers },
          deps.now().toISOString(),
        ),
      };
    });
  };
}

function noteOf({ annotationProblem }: ExposedApi, note: string): string {
  return annotationProblem === undefined ? note : `${note} ${annotationProblem}.`;
}

function withHolders({ finalizers }: ExposedApi, note: string): string {
  return [note, heldByOthers(finalizers)].filter((part) => part !== '').join(' ');
}

/** Somebody may have taken our finalizer away; the status has yet to say how it ended. */
function isDone({ holdsFinalizer, isDeleting, status }: ExposedApi): boolean {
  return !holdsFinalizer && (!isDeleting || isReleaseTold(status));
}

/** A Component must not count an API that others keep from going; where that cannot be told, the deletion goes on all the same. */
async function lowerEntry({ entries }: ApiDependencies, { ref, uid, parent }: ExposedApi): Promise<void> {
  if (parent === undefined) return;
  const { namespace } = ref;
  try {
    await entries.write({ namespace, component: parent.name, apiUid: uid }, { ready: false });
  } catch (error) {
    log.warn('The entry of an API that is removed could not be written; its Component may still count it', {
      component: parent.name,
      cause: describeError(error),
    });
  }
}
