import { asObject, mergeDifference } from '../../src/domain/kubernetes/mergePatch.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { claimOf } from '../../src/domain/exposedApi/pathClaim.ts';
import { publishRecord } from '../../src/domain/registration/record.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { findPathOwner } from './findRival.ts';
import type { ExposedApiActivities } from '../types.ts';

export function recordIntent(deps: ApiDependencies): ExposedApiActivities['recordIntent'] {
  const { settings } = deps;
  return async ({ ref, uid, record, path }) => {
    let holds = false;
    const updated = await deps.apis.update(asApiRef(ref), uid, (api, status) => {
      // A finalizer cannot be added to what is being deleted; the next round will see the deletion.
      holds = !api.isDeleting || api.holdsFinalizer;
      if (!holds) return undefined;
      const id = settings.workflowId(ref);
      const { registered, pending, unconfirmed } = publishRecord(record);
      const patch = mergeDifference(asObject(status)['apig'], {
        gateway: settings.gatewayName(ref.namespace),
        workflowId: id,
        workflowUrl: settings.workflowUrl(id),
        registered,
        pending,
        unconfirmed,
      });
      const isNew = api.status.apig.state === undefined;
      const first = isNew
        ? {
            apiStatus: { name: ref.name },
            implementation: { ready: api.status.implementationReady ?? false },
          }
        : {};
      if (api.holdsFinalizer && !isNew && Object.keys(patch).length === 0) return undefined;
      return {
        finalizers: api.holdsFinalizer ? undefined : [...api.finalizers, FINALIZER],
        status: { ...first, apig: { ...patch, ...(isNew ? { state: 'Registering' } : {}) } },
      };
    });
    if (!holds || updated === undefined || path === undefined) return holds;
    // Of two who want one path at least one sees the other's intent, whichever worker each runs on.
    await deps.claims.caughtUp(updated.before.ref, updated.resourceVersion);
    const mine = claimOf(updated.before);
    return (await findPathOwner(deps, { mine, path, isEntitled: false })) ?? true;
  };
}
