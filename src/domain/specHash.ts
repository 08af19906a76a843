import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonicalJson.ts';

/**
 * Tells whether a spec changed. The generation cannot: without a status subresource every status write raises it.
 */
export function specHash(spec: unknown): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalJson(spec ?? null)))).slice(0, 32)}`;
}
