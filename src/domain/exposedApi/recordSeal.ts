import { canonicalJson } from '../kubernetes/canonicalJson.ts';

/** The record, and what it is about. */
const SEALED = [
  'uid',
  'gateway',
  'revision',
  'registered',
  'pending',
  'unconfirmed',
  'formerGateways',
] as const;

/** Of `status.apig`, as it was read or as it is to be written, that which is sealed. */
export type SealedParts = { readonly [part in (typeof SEALED)[number]]?: unknown };

/**
 * Proves that this operator wrote a record: whoever may write a resource may write its status, and does not have the key. Made and
 * checked where statuses are read and written, so that no key gets into a workflow.
 */
export interface RecordSeal {
  make(record: SealedParts): string;
  /** No seal is not right. */
  isRight(record: SealedParts & { readonly seal?: string | undefined }): boolean;
}

/** What a seal is made over: the same for a record before it is written and after it is read. */
export function sealedText(record: SealedParts): string {
  return `apig-record-1 ${canonicalJson(SEALED.map((part) => record[part] ?? null))}`;
}
