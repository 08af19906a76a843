import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { ROUND_SETTINGS } from '../cluster/memoryCluster.ts';
import { registrationOf } from './registrations.ts';
import { EMPTY_RECORD } from '../../../src/domain/registration/record.ts';

/** An API as a round sees it, to vary: asked to be registered, implementation ready, gateway's address known. */
export function presentApi(changes: Partial<PresentApi> = {}): PresentApi {
  return {
    kind: 'present',
    uid: 'api-uid',
    gateway: 'http://gateway.example',
    apiKind: 'ExposedAPI',
    specHash: 'sha256:1',
    path: '/shop/catalog/v4',
    segment: 'coreFunction',
    developerUI: undefined,
    desired: { kind: 'register', registration: registrationOf() },
    component: 'shop',
    entry: 'unlisted',
    pathOwner: undefined,
    isDeleting: false,
    holdsFinalizer: true,
    isPaused: false,
    isForceReleased: false,
    deletionPolicy: 'Remove',
    reconcileRequestedAt: undefined,
    lastHandledReconcileAt: undefined,
    registeredAt: undefined,
    endpointsReady: true,
    address: { url: 'http://10.0.0.1', host: '10.0.0.1' },
    publishedUrl: undefined,
    published: EMPTY_RECORD,
    settings: ROUND_SETTINGS,
    ...changes,
  };
}
