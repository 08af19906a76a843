/**
 * What a call to the gateway came to, as its driver judged it; nobody above the driver sees an HTTP status.
 * - accepted: the gateway has done it (for a removal also: it was not there).
 * - rejected: the gateway will not do it, and asking again alone will not help.
 * - unavailable: it surely was not done; worth trying again later.
 * - unknown: it may have been done, or may still be: time-out, lost or unreadable reply.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly reply: Reply }
  | { readonly kind: 'rejected'; readonly reply: Reply }
  | { readonly kind: 'unavailable'; readonly reply: Reply; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'unknown'; readonly reply: Reply; readonly retryAfterMs?: number | undefined };

/** The gateway's last word, cleaned and cut: a code (`res_code`, or what happened) and at most 256 characters. */
export interface Reply {
  readonly code: string;
  readonly message: string;
}

/** Types of the failures by which gateway activities tell an outcome; details are [Reply, retryAfterMs | null]. */
export const GATEWAY_FAILURES = {
  rejected: 'GatewayRejected',
  unavailable: 'GatewayUnavailable',
  unknown: 'OutcomeUnknown',
} as const;
