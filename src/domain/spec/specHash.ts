import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson, isNestedDeeper } from '../kubernetes/canonicalJson.ts';

/** Far beyond any spec that is meant, and far from what exhausts a stack. */
const MAX_NESTING = 256;

/**
 * Tells whether a spec changed. The generation cannot: without a status subresource every status write raises it.
 */
export function specHash(spec: unknown): string {
  const hashed = isNestedDeeper(spec, MAX_NESTING) ? 'nested too deeply' : (spec ?? null);
  return `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalJson(hashed)))).slice(0, 32)}`;
}
