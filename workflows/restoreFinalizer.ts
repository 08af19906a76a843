import { patched } from '@temporalio/workflow';
import { EMPTY_RECORD, isClear } from '../src/domain/gatewayRecord.ts';
import type { ResourceRef } from '../src/domain/names.ts';
import type { PresentApi } from '../src/domain/observation.ts';
import { kubernetes } from './activityOptions.ts';
import type { Session } from './session.ts';

/**
 * What may be at the gateway is guarded by the finalizer and told by the status, also where a person has taken the finalizer away, or
 * the resource was made anew with the very spec of its predecessor, so that no call is due that would bring it.
 */
export async function restoreFinalizer(session: Session, ref: ResourceRef, seen: PresentApi): Promise<void> {
  const { record = EMPTY_RECORD } = session.state;
  if (session.isGuarded || seen.isDeleting || isClear(record)) return;
  if (!patched('restore-finalizer')) return;
  session.isGuarded = (await kubernetes.holdApi({ ref, uid: seen.uid, record })) === true;
}
