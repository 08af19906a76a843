import type { ExposedApi } from './exposedApi.ts';
import type { RecordSeal } from './recordSeal.ts';
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

/** Does it tell of this very resource, and is it proven to be ours where records are sealed? */
export function isProven(api: ExposedApi, seal: RecordSeal | undefined): boolean {
  return isOfThisResource(api) && (seal?.isRight(api.status.apig) ?? true);
}

/** What a record of one's own is like. */
export interface OwnRecord {
  /** What a status calls the gateway of today. */
  readonly recordedAs: string;
  /** Where records are sealed. */
  readonly seal?: RecordSeal | undefined;
}

/** Is the record also about this gateway, not one that was written for another? */
export function isOwnRecord(api: ExposedApi, { recordedAs, seal }: OwnRecord): boolean {
  const { apig } = api.status;
  const isHere = apig.gateway !== undefined && gatewayHost(apig.gateway) === gatewayHost(recordedAs);
  return isHere && isProven(api, seal);
}
