import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { asApiRef, subjectOf } from './apiRef.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ExposedApiActivities } from '../types.ts';

/** The last state of the resource tells whoever waits for its path that it is free. */
const NOTHING_HELD = { registered: null, pending: null, unconfirmed: null };

export function releaseApi(deps: ApiDependencies): ExposedApiActivities['releaseApi'] {
  return async ({ ref, uid, why, note }) => {
    const api = await deps.apis.get(asApiRef(ref));
    if (api === undefined || api.uid !== uid || !api.holdsFinalizer) return;
    // Before the release: with the resource its Events lose their subject.
    deps.emitEvent(subjectOf(api), { type: 'Normal', reason: why, action: 'Release', note });
    await deps.apis.update(asApiRef(ref), uid, ({ finalizers, holdsFinalizer }) =>
      holdsFinalizer
        ? { finalizers: finalizers.filter((one) => one !== FINALIZER), status: { apig: NOTHING_HELD } }
        : undefined,
    );
  };
}
