import type { PresentApi } from '../../src/domain/exposedApi/observation.ts';
import { claimOf, type PathOwner } from '../../src/domain/exposedApi/pathClaim.ts';
import { restoreRecord } from '../../src/domain/registration/record.ts';
import { desiredOf } from '../../src/domain/exposedApi/desired.ts';
import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { findPathOwner } from './findRival.ts';
import { ownRecord } from './ownRecord.ts';
import type { ExposedApiActivities } from '../types.ts';

export function observeApi(deps: ApiDependencies): ExposedApiActivities['observeApi'] {
  const { settings } = deps;
  return async (ref) => {
    const api = await deps.apis.get(asApiRef(ref));
    if (api === undefined) return { kind: 'absent', settings: settings.round };
    const { namespace } = ref;
    const { spec, status } = api;
    const [endpointsReady, address, entry, pathOwner, own] = await Promise.all([
      spec.valid ? deps.isServiceReady(namespace, spec.value.implementation) : false,
      deps.gatewayAddress(namespace),
      api.parent
        ? deps.entries.read({ namespace, component: api.parent.name, apiUid: api.uid })
        : ('noParent' as const),
      pathOwnerOf(deps, api),
      ownRecord(deps, api),
    ]);
    const callsEndAt = deps.now().getTime() + settings.round.gatewayTimeoutMs;
    return {
      kind: 'present',
      uid: api.uid,
      apiKind: api.kind,
      specHash: api.specHash,
      path: spec.valid ? spec.value.path : undefined,
      segment: spec.valid ? spec.value.segment : undefined,
      developerUI: spec.valid ? spec.value.developerUI : undefined,
      desired: desiredOf(api, settings.desired),
      pathOwner,
      policies: spec.valid ? Object.keys(spec.value.policies) : undefined,
      component: api.parent?.name,
      entry,
      isDeleting: api.isDeleting,
      holdsFinalizer: api.holdsFinalizer,
      isPaused: api.isPaused,
      isForceReleased: api.isForceReleased,
      deletionPolicy: api.deletionPolicy,
      reconcileRequestedAt: api.reconcileRequestedAt,
      lastHandledReconcileAt: status.apig.lastHandledReconcileAt,
      registeredAt: status.apig.registeredAt,
      endpointsReady,
      address,
      publishedUrl: status.apiStatus.url,
      published: restoreRecord(own, callsEndAt),
      settings: settings.round,
    } satisfies PresentApi;
  };
}

/** Whoever may have the path already makes way only for an older one; whether it has it to itself is judged by `recordIntent`. */
async function pathOwnerOf(deps: ApiDependencies, api: ExposedApi): Promise<PathOwner | undefined> {
  const mine = claimOf(api);
  const { wanted, isEntitled } = mine;
  if (wanted === undefined) return undefined;
  return findPathOwner(deps, { mine, path: wanted, isEntitled });
}
