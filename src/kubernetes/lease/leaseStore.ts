import { z } from 'zod';
import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../../domain/kubernetes/names.ts';
import type { Clients } from '../client/clients.ts';
import { StatusError } from '../client/apiServer.ts';
import { isConflict, isNotFound } from '../client/errors.ts';
import { limitedHttp } from '../client/timeLimit.ts';
import { createListWatch, type WatchEvent } from '../watch/listWatch.ts';

/** A lease as the API server holds it. */
export interface LeaseRecord {
  readonly holder: string;
  readonly durationMs: number;
  readonly version: string;
  /** For how long it had been so when it was read, by the clock of the API server. Undefined: it was not told. Milliseconds. */
  readonly unchangedMs?: number | undefined;
  /** The whole object, which is written back with our fields changed. */
  readonly object: V1Lease;
}

/**
 * One named lease. Reads and writes end within seconds; they reject when the API server does not answer or refuses, as does
 * following.
 */
export interface LeaseStore {
  read(): Promise<LeaseRecord | undefined>;
  /**
   * Writes over what was read or written last, creates where nothing was. Undefined: somebody else was faster.
   * @param holder empty: the lease is released
   */
  write(over: LeaseRecord | undefined, holder: string, durationMs: number): Promise<LeaseRecord | undefined>;
  /** Every change after this version, undefined where it was deleted; ends after some minutes, or with the signal. Absent: cannot be told. */
  follow?(version: string, signal: AbortSignal): Promise<AsyncIterable<LeaseRecord | undefined>>;
}

/** A request that hangs must not keep a holder from its next try. */
const LEASE_TIMEOUT_MS = 3_000;
const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };
/** A watch of a lease that nobody holds any more must not stay open for ever. */
const FOLLOW_S = 600;

export function createLeaseStore(
  { coordination, kubeConfig }: Pick<Clients, 'coordination' | 'kubeConfig'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): LeaseStore {
  const limits = { httpApi: limitedHttp(LEASE_TIMEOUT_MS) };
  return {
    async read() {
      try {
        const { data, headers } = await coordination.readNamespacedLeaseWithHttpInfo(
          { namespace, name },
          limits,
        );
        return { ...recordOf(data), unchangedMs: unchangedMs(data, headers['date']) };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async write(over, holder, durationMs) {
      const body = leaseObject(over, { namespace, name, holder, durationMs });
      const common = { namespace, body, fieldManager: FIELD_MANAGER };
      try {
        return recordOf(
          await (over === undefined
            ? coordination.createNamespacedLease(common, limits)
            : coordination.replaceNamespacedLease({ ...common, name }, limits)),
        );
      } catch (error) {
        // Conflict: written or created meanwhile. Not found: deleted meanwhile.
        if (isConflict(error) || isNotFound(error)) return undefined;
        throw error;
      }
    },
    async follow(version, signal) {
      const scope = { namespace, fieldSelector: `metadata.name=${name}` };
      const query = { resourceVersion: version, timeoutSeconds: FOLLOW_S };
      return recordsOf(await createListWatch(kubeConfig, LEASES, scope).watch(query, signal));
    },
  };
}

function recordOf(object: V1Lease): LeaseRecord {
  return {
    holder: object.spec?.holderIdentity ?? '',
    durationMs: (object.spec?.leaseDurationSeconds ?? 0) * 1000,
    version: object.metadata?.resourceVersion ?? '',
    object,
  };
}

/** The API server notes, to the second, when it has written which fields, and dates its answers. A renewal cannot choose either. */
function unchangedMs({ metadata }: V1Lease, answeredAt: string | undefined): number | undefined {
  const writes = (metadata?.managedFields ?? []).flatMap(({ time }) => (time ? [time.getTime()] : []));
  const age = Date.parse(answeredAt ?? '') - Math.max(...writes);
  return Number.isFinite(age) ? age : undefined;
}

async function* recordsOf(events: AsyncIterable<WatchEvent>): AsyncGenerator<LeaseRecord | undefined> {
  for await (const event of events) {
    if (event.type === 'ERROR') throw new StatusError(event.code, event.message);
    if (event.type === 'DELETED') yield undefined;
    else if (event.type !== 'BOOKMARK') yield recordOf(leaseSchema.parse(event.object));
  }
}

/** Nothing is written over what a watch has told, so only what is decided by is read. */
const leaseSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({ holderIdentity: z.string().default(''), leaseDurationSeconds: z.number().default(0) })
    .prefault({}),
});

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
