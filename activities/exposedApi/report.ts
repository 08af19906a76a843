import { statusOf } from '../../src/domain/exposedApi/status.ts';
import { statusPatch } from '../../src/domain/exposedApi/statusPatch.ts';
import { transitionOf } from '../../src/domain/exposedApi/transition.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { subjectOf } from './eventSubject.ts';
import type { ExposedApiActivities } from '../types.ts';

export function reportApi(deps: ApiDependencies): ExposedApiActivities['reportApi'] {
  const { settings } = deps;
  return async ({ ref, facts }) => {
    const id = settings.workflowId(ref);
    const ours = statusOf(facts);
    const status = {
      ...ours,
      apig: {
        ...ours.apig,
        gateway: settings.gatewayName(ref.namespace),
        workflowId: id,
        workflowUrl: settings.workflowUrl(id),
      },
    };
    const updated = await deps.apis.update(asApiRef(ref), facts.seen.uid, (api, current, generation) => {
      const isSeen = generation === undefined || api.specHash === facts.seen.specHash;
      const observedGeneration = isSeen ? generation : api.status.observedGeneration;
      const patch = statusPatch(current, { ...status, observedGeneration }, deps.now().toISOString());
      return patch && { status: patch };
    });
    if (updated === undefined) return;
    const transition = transitionOf(updated.before.status, facts.standing);
    if (transition) deps.emitEvent(subjectOf(updated.before), { ...transition, action: 'Report' });
  };
}
