import type { HeldApi } from '../../../src/kubernetes/heldApis.ts';
import { FINALIZER } from '../../../src/domain/kubernetes/names.ts';

/** An ExposedAPI of the namespace `shop` that carries our finalizer. */
export function heldApi(name: string, more: Partial<HeldApi> = {}): HeldApi {
  return {
    resource: {
      group: 'oda.tmforum.org',
      version: 'v1',
      plural: 'exposedapis',
      kind: 'ExposedAPI',
      namespaced: true,
      hasStatus: false,
    },
    namespace: 'shop',
    name,
    uid: `${name}-uid`,
    resourceVersion: '1',
    finalizers: [FINALIZER],
    isDeleting: false,
    registered: 'True Confirmed',
    ...more,
  };
}
