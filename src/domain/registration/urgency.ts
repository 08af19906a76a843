/** What a call waits for in front of the gateway: something new, a repeat of what failed, or what was confirmed long ago. */
export type Urgency = 'change' | 'repeat' | 'reassertion';

/** A call that waits in front of its gateway, and since when, in milliseconds since the epoch. */
export interface InLine {
  /** Identifies the call. */
  readonly call: string;
  readonly since: number;
}

/** The same call keeps its place in time, however often it is taken back and made again. */
export function joinLine(before: InLine | undefined, call: string, now: number): InLine {
  return before?.call === call ? before : { call, since: now };
}

/** 20 calls a second come to 2,400 in that time, so after most outages none is passed over for so long. */
const AGES_AFTER_MS = 120_000;

export interface Place {
  readonly urgency: Urgency;
  /** After so many milliseconds in line it is to be as urgent as a change; undefined: it is. */
  readonly agesAfterMs?: number | undefined;
}

/**
 * The place of a call in the line. Changes go first, so somebody's endless changes would keep every other call waiting for ever: what
 * has waited for two to four minutes is served with the changes, in the order of their coming.
 * @param asked as it would be without having waited
 * @param waitedMs in line, by now
 * @param uid of the API: by its first digits thousands do not age in one moment
 */
export function placeInLine(asked: Urgency, waitedMs: number, uid: string): Place {
  if (asked === 'change') return { urgency: 'change' };
  const agesAfterMs = Math.round(AGES_AFTER_MS * (1 + shareOf(uid))) - waitedMs;
  return agesAfterMs > 0 ? { urgency: asked, agesAfterMs } : { urgency: 'change' };
}

/** In [0, 1). */
function shareOf(uid: string): number {
  const digits = Number.parseInt(uid.slice(0, 4), 16);
  return Number.isNaN(digits) ? 0 : digits / 0x1_00_00;
}
