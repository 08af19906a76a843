import type { PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { restoreRecord } from '../../src/domain/registration/record.ts';
import { desiredOf } from '../../src/domain/exposedApi/desired.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { ownRecord } from './ownRecord.ts';
import type { ExposedApiActivities } from '../types.ts';

export function observeApi(deps: ApiDependencies): ExposedApiActivities['observeApi'] {
  const { settings } = deps;
  return async (ref, atLeast) => {
    const seen = await deps.observe(asApiRef(ref), atLeast);
    const gateway = settings.gatewayName(ref.namespace);
    if (seen === undefined) return { kind: 'absent', gateway, settings: settings.round };
    const { api, surroundings } = seen;
    const { spec, status } = api;
    const own = await ownRecord(deps, api);
    const callsEndAt = deps.now().getTime() + settings.round.gatewayTimeoutMs;
    return {
      kind: 'present',
      ...surroundings,
      uid: api.uid,
      gateway,
      apiKind: api.kind,
      specHash: api.specHash,
      path: spec.valid ? spec.value.path : undefined,
      segment: spec.valid ? spec.value.segment : undefined,
      developerUI: spec.valid ? spec.value.developerUI : undefined,
      desired: desiredOf(api, settings.desired),
      policies: spec.valid ? Object.keys(spec.value.policies) : undefined,
      component: api.parent?.name,
      isDeleting: api.isDeleting,
      holdsFinalizer: api.holdsFinalizer,
      isPaused: api.isPaused,
      isForceReleased: api.isForceReleased,
      deletionPolicy: api.deletionPolicy,
      reconcileRequestedAt: api.reconcileRequestedAt,
      lastHandledReconcileAt: status.apig.lastHandledReconcileAt,
      registeredAt: status.apig.registeredAt,
      publishedUrl: status.apiStatus.url,
      published: restoreRecord(own, callsEndAt),
      settings: settings.round,
    } satisfies PresentApi;
  };
}
