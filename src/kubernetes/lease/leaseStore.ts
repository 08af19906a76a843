import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../../domain/kubernetes/names.ts';
import type { Clients } from '../client/clients.ts';
import { isConflict, isNotFound } from '../client/errors.ts';
import { limitedHttp } from '../client/timeLimit.ts';

/** A lease as the API server holds it. */
export interface LeaseRecord {
  readonly holder: string;
  readonly durationMs: number;
  readonly version: string;
  /** The whole object, which is written back with our fields changed. */
  readonly object: V1Lease;
}

/** One named lease. Both calls end within seconds; they reject when the API server does not answer or refuses. */
export interface LeaseStore {
  read(): Promise<LeaseRecord | undefined>;
  /**
   * Writes over what was read, creates where nothing was. False: somebody else was faster.
   * @param holder empty: the lease is released
   */
  write(over: LeaseRecord | undefined, holder: string, durationMs: number): Promise<boolean>;
}

/** A request that hangs must not keep a holder from its next try. */
const LEASE_TIMEOUT_MS = 3_000;

export function createLeaseStore(
  { coordination }: Pick<Clients, 'coordination'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): LeaseStore {
  const limits = { httpApi: limitedHttp(LEASE_TIMEOUT_MS) };
  return {
    async read() {
      try {
        const object = await coordination.readNamespacedLease({ namespace, name }, limits);
        return {
          holder: object.spec?.holderIdentity ?? '',
          durationMs: (object.spec?.leaseDurationSeconds ?? 0) * 1000,
          version: object.metadata?.resourceVersion ?? '',
          object,
        };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async write(over, holder, durationMs) {
      const body = leaseObject(over, { namespace, name, holder, durationMs });
      const common = { namespace, body, fieldManager: FIELD_MANAGER };
      try {
        await (over === undefined
          ? coordination.createNamespacedLease(common, limits)
          : coordination.replaceNamespacedLease({ ...common, name }, limits));
        return true;
      } catch (error) {
        // Conflict: written or created meanwhile. Not found: deleted meanwhile.
        if (isConflict(error) || isNotFound(error)) return false;
        throw error;
      }
    },
  };
}

interface NewLease {
  readonly namespace: string;
  readonly name: string;
  readonly holder: string;
  readonly durationMs: number;
}

/** The resource version that was read goes along: it makes the API server refuse what was written over meanwhile. */
function leaseObject(
  over: LeaseRecord | undefined,
  { namespace, name, holder, durationMs }: NewLease,
): V1Lease {
  const { spec = {}, metadata = { name, namespace } } = over?.object ?? {};
  const now = new V1MicroTime();
  const isSame = over?.holder === holder;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata,
    spec: {
      // oxlint-disable-next-line typescript/no-misused-spread -- the client's models are classes without methods
      ...spec,
      holderIdentity: holder,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      renewTime: now,
      ...(isSame ? {} : { acquireTime: now, leaseTransitions: (spec.leaseTransitions ?? 0) + 1 }),
    },
  };
}
