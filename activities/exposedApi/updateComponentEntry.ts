import type { ApiDependencies } from '../dependencies.ts';
import type { ExposedApiActivities } from '../types.ts';

export function reportComponentEntry(deps: ApiDependencies): ExposedApiActivities['reportComponentEntry'] {
  return ({ ref, uid, component, entry }) =>
    deps.entries.write({ namespace: ref.namespace, component, apiUid: uid }, entry);
}
