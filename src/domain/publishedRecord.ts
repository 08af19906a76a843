import type { GatewayRecord } from './gatewayRecord.ts';
import { isSamePlace, type Registration } from './registration.ts';

/** The record in the form of `status.apig`. */
export interface PublishedRecord {
  readonly registered?: Registration | undefined;
  readonly pending?: Registration | undefined;
  readonly unsettled?: readonly Registration[] | undefined;
}

/** The newest doubtful registration is `pending`; older ones, under other paths or names, are `unsettled`. */
export function publishRecord(record: GatewayRecord): PublishedRecord {
  const doubtful = [
    ...record.stragglers.filter((one) => !record.maybe.some((other) => isSamePlace(one, other))),
    ...record.maybe,
  ];
  const pending = doubtful.at(-1);
  const unsettled = doubtful.slice(0, -1);
  return {
    registered: record.registered,
    pending,
    unsettled: unsettled.length > 0 ? unsettled : undefined,
  };
}

/** @param until when calls sent by whoever published this can no longer arrive, in milliseconds since the epoch. */
export function restoreRecord(published: PublishedRecord, until: number): GatewayRecord {
  const doubtful = [...(published.unsettled ?? []), ...(published.pending ? [published.pending] : [])];
  const record = { registered: published.registered, maybe: doubtful, stragglers: doubtful };
  return doubtful.length > 0 ? { ...record, stragglersUntil: until } : record;
}
