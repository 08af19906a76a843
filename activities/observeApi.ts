import { describeFaults } from '../src/domain/fault.ts';
import type { ExposedApi } from '../src/domain/exposedApi.ts';
import type { PresentApi, Wish } from '../src/domain/observation.ts';
import { restoreRecord } from '../src/domain/publishedRecord.ts';
import { inClusterUrl } from '../src/domain/publishedUrl.ts';
import { toWire } from '../src/domain/specification.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from './dependencies.ts';
import type { ExposedApiActivities } from './types.ts';

/** API types that are scraped in the cluster; the gateway has no use for them. */
const METRICS_TYPES: readonly string[] = ['prometheus', 'openmetrics'];

export function observeApi(deps: ApiDependencies): ExposedApiActivities['observeApi'] {
  const { settings } = deps;
  return async (ref) => {
    const api = await deps.apis.get(asApiRef(ref));
    if (api === undefined) return { kind: 'absent', settings: settings.round };
    const { namespace } = ref;
    const { spec, status } = api;
    const [endpointsReady, address, entry] = await Promise.all([
      spec.valid ? deps.isServiceReady(namespace, spec.value.implementation) : false,
      deps.gatewayAddress(namespace),
      api.parent
        ? deps.entries.read({ namespace, component: api.parent.name, apiUid: api.uid })
        : ('noParent' as const),
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
      wish: wishOf(deps, api),
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
      published: restoreRecord(status.apig, callsEndAt),
      settings: settings.round,
    } satisfies PresentApi;
  };
}

function wishOf({ settings }: ApiDependencies, { ref, spec }: ExposedApi): Wish {
  if (!spec.valid) return { kind: 'invalid', problem: describeFaults(spec.faults) };
  const { path, implementation, port, apiType, specifications } = spec.value;
  const specification = toWire(specifications, settings.specificationForm);
  if (specification === undefined || METRICS_TYPES.includes(apiType))
    return { kind: 'notRouted', url: inClusterUrl(ref.namespace, spec.value) };
  return { kind: 'register', registration: { name: ref.name, path, specification, implementation, port } };
}
