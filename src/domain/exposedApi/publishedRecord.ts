import type { ExposedApi } from './exposedApi.ts';
import type { RecordedStatus } from './recordedStatus.ts';
import { gatewayHost } from '../kubernetes/names.ts';
import type { PublishedRecord } from '../registration/record.ts';

/**
 * The record that a status tells. Where this operator has said nothing yet, it is what the replaced operator has written; whoever may
 * write the resource may have written that, so it is nobody's own record: it only may be there.
 */
export function publishedIn(status: RecordedStatus): PublishedRecord {
  if (isReplacedOperators(status)) return { registered: status.bound };
  const { registered, pending, unconfirmed } = status.apig;
  return { registered, pending, unconfirmed };
}

/** Is what the status tells of a registration the word of the replaced operator alone? */
export function isReplacedOperators({ apig, bound }: RecordedStatus): boolean {
  return apig.state === undefined && bound !== undefined;
}

/**
 * Is the record in the status about this very resource? One that was copied, or restored from a backup, tells only what may be there.
 */
export function isOfThisResource({ uid, status }: ExposedApi): boolean {
  return status.apig.uid === uid && !isReplacedOperators(status);
}

/** Is the record also about this gateway, and not one that was written for another? */
export function isOwnRecord(api: ExposedApi, recordedAs: string): boolean {
  const { gateway } = api.status.apig;
  return isOfThisResource(api) && gateway !== undefined && gatewayHost(gateway) === gatewayHost(recordedAs);
}
