import { patched } from '@temporalio/workflow';
import { isClear, type GatewayRecord } from '../../src/domain/registration/record.ts';
import type { ResourceRef } from '../../src/domain/kubernetes/names.ts';
import type { Observation } from '../../src/domain/exposedApi/observation.ts';
import { kubernetes } from '../activityProxies.ts';

/**
 * A finalizer that somebody took away, or a resource made anew just like its predecessor, so that no call is due which would bring it:
 * while anything is recorded, a deletion must not go unnoticed.
 * @returns false where the resource has gone meanwhile
 */
export async function ensureFinalizer(
  ref: ResourceRef,
  seen: Observation,
  record: GatewayRecord,
): Promise<boolean> {
  if (seen.kind === 'absent' || seen.isDeleting || seen.holdsFinalizer || isClear(record)) return true;
  // Workflows of 0.1.0 that came by here did not ask.
  if (!patched('hold-again')) return true;
  return (await kubernetes.recordIntent({ ref, uid: seen.uid, record })) !== false;
}
