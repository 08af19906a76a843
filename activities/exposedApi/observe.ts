import { gatewayHost } from '../../src/domain/kubernetes/names.ts';
import { observationOf, type RoundSettings } from '../../src/domain/exposedApi/observation.ts';
import { asApiRef } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ExposedApiActivities } from '../types.ts';

export function observeApi({ observe, settings }: ApiDependencies): ExposedApiActivities['observeApi'] {
  return async (ref, atLeast) => {
    const seen = await observe(asApiRef(ref), atLeast);
    if (seen === undefined) return { kind: 'absent', settings: roundFor(settings, ref.namespace) };
    return observationOf(seen.api, seen.surroundings, {
      desired: settings.desired,
      round: roundFor(settings, ref.namespace),
      gateway: gatewayHost(settings.gatewayName(ref.namespace)),
      recordedAs: settings.recordedAs(ref.namespace),
      seal: settings.seal,
    });
  };
}

/**
 * Called by each observation: whether Temporal knows the search attributes may change while the process runs, and a copy says it as it
 * was.
 */
function roundFor({ round, formerGateways }: ApiDependencies['settings'], namespace: string): RoundSettings {
  const former = formerGateways?.(namespace) ?? [];
  return former.length === 0 ? round : { ...round, formerGateways: former };
}
