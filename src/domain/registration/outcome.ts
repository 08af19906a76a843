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

/**
 * For people: a sentence without its full stop. What the gateway itself said is quoted; the codes of what came about on our side have a
 * message that is a sentence already.
 */
export function describeReply({ code, message }: Reply): string {
  const answered = code.startsWith(HTTP_CODE)
    ? `The gateway answered with HTTP status ${code.slice(HTTP_CODE.length)}`
    : `The gateway answered with code ${code}`;
  if (message === NOT_SHOWN) return `${answered}; ${NOT_SHOWN}`;
  if (OWN_CODES.includes(code) || message.startsWith(NO_ANSWER)) return message;
  return code.startsWith(HTTP_CODE) ? answered : `${answered} and the message "${message}"`;
}

/** Begins the code of an answer that has none of its own, before its HTTP status. */
export const HTTP_CODE = 'http:';
/** Begins the message where the connection failed; the code is then the network's. */
export const NO_ANSWER = 'No answer came from the gateway';
/** The message of a gateway that must not be shown. */
export const NOT_SHOWN = 'the words of a gateway that APIG_ENDPOINT does not name are not shown';
/** Of replies that are our own: no gateway has said them. */
const OWN_CODES: readonly string[] = [
  'timeout',
  'unreadable',
  'not-sent',
  'standby',
  'busy',
  'lost',
  'error',
];

/** Types of the failures by which gateway activities tell an outcome; details are [Reply, retryAfterMs | null]. */
export const GATEWAY_FAILURES = {
  rejected: 'GatewayRejected',
  unavailable: 'GatewayUnavailable',
  unknown: 'OutcomeUnknown',
} as const;
