import { gatewayHost } from '../../src/domain/kubernetes/names.ts';
import { observationOf } from '../../src/domain/exposedApi/observation.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ExposedApiActivities } from '../types.ts';

export function observeApi({ observe, settings }: ApiDependencies): ExposedApiActivities['observeApi'] {
  return async (ref, atLeast) => {
    const seen = await observe(asApiRef(ref), atLeast);
    if (seen === undefined) return { kind: 'absent', settings: settings.round };
    return observationOf(seen.api, seen.surroundings, {
      desired: settings.desired,
      round: settings.round,
      gateway: gatewayHost(settings.gatewayName(ref.namespace)),
      recordedAs: settings.recordedAs(ref.namespace),
      seal: settings.seal,
    });
  };
}
