import { z } from 'zod';
import { maskUrls } from '../../domain/kubernetes/maskUrls.ts';
import { HTTP_CODE, type Outcome, type Reply } from '../../domain/registration/outcome.ts';

/** Which replies mean what: nothing public says, so it is configuration. */
export interface ReplyTable {
  readonly success: readonly string[];
  readonly alreadyGone: readonly string[];
  readonly rejected: readonly string[];
}

/** Statuses by which an HTTP server says that the request itself is wrong. */
const REFUSING_STATUSES: readonly number[] = [400, 404, 422];
/** By which an APIG says of a removal that there is nothing to remove; from anybody else they say nothing of the registration. */
const GONE_STATUSES: readonly number[] = [404, 410];
/** Given before any work is done, so the call was surely not carried out. */
const NOT_DONE_STATUSES: readonly number[] = [401, 403, 405, 407, 413, 415, 429, 503];

const bodySchema = z.object({
  res_code: z.union([z.string(), z.number()]).transform(String),
  res_message: z.string().optional().catch(undefined),
});

export interface RawReply {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** Turns a reply into an outcome. A body that is no APIG reply tells nothing, so what happened is unknown. */
export function judgeReply(
  verb: 'register' | 'remove',
  raw: RawReply,
  table: ReplyTable,
  now: number,
): Outcome {
  const body = parseBody(raw.body);
  const code = body?.res_code ?? `${HTTP_CODE}${raw.status}`;
  const reply: Reply = { code: clean(code), message: clean(body?.res_message ?? summaryOf(raw)) };
  const codes = [`${HTTP_CODE}${raw.status}`, ...(body ? [body.res_code] : [])];
  const isIn = (list: readonly string[]): boolean => codes.some((one) => list.includes(one));

  if (verb === 'remove' && isIn(table.alreadyGone)) return { kind: 'accepted', reply };
  if (isIn(table.rejected)) return { kind: 'rejected', reply };
  // The first answer may have been lost: then its repeat finds nothing.
  if (verb === 'remove' && body !== undefined && GONE_STATUSES.includes(raw.status))
    return { kind: 'accepted', reply };
  return raw.status === 200 ? answered(body, reply, table) : failed(raw, reply, now);
}

type Body = z.infer<typeof bodySchema> | undefined;

function answered(body: Body, reply: Reply, { success }: ReplyTable): Outcome {
  if (body === undefined) return { kind: 'unknown', reply: { code: 'unreadable', message: reply.message } };
  return { kind: success.includes(body.res_code) ? 'accepted' : 'unavailable', reply };
}

function failed({ status, retryAfter }: RawReply, reply: Reply, now: number): Outcome {
  if (REFUSING_STATUSES.includes(status)) return { kind: 'rejected', reply };
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  return { kind: NOT_DONE_STATUSES.includes(status) ? 'unavailable' : 'unknown', reply, retryAfterMs };
}

function parseBody(text: string): Body {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function summaryOf({ status, body }: RawReply): string {
  return status === 200
    ? `The gateway's answer is no APIG reply (${body.slice(0, 80)})`
    : `HTTP status ${status}`;
}

/**
 * Replies end up in statuses, Events and histories: no control characters, no markup, no links' secrets, at most 256 characters, and no half of
 * a surrogate pair: the API server would store another character, and the status would differ for ever.
 */
export function clean(text: string): string {
  return maskUrls(text)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}<>]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 256)
    .toWellFormed();
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); at most an hour, whatever the gateway says. */
function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 3_600_000) : undefined;
}
