import { canonicalJson } from '../kubernetes/canonicalJson.ts';
import { isSamePlace, isSameRegistration, type Registration } from './registration.ts';

/** One call to the gateway. */
export interface Step {
  readonly verb: 'register' | 'remove';
  readonly registration: Registration;
}

/**
 * What this installation knows of one API at the gateway. The gateway has no read call, so this is the only memory:
 * carried by the workflow, and published in `status.apig` so that a lost Temporal database loses nothing.
 */
export interface GatewayRecord {
  /** Last confirmed, and nothing sent since that could have changed it. */
  readonly registered?: Registration | undefined;
  /** May be at the gateway: sent in a call whose outcome is not known, or overtaken by a later call. */
  readonly unconfirmed: readonly Registration[];
  /** Carried by calls of unknown outcome that may still arrive, until `inFlightUntil`. */
  readonly inFlight: readonly Registration[];
  /** Milliseconds since the epoch; absent when nothing is in flight. */
  readonly inFlightUntil?: number | undefined;
  /** What the calls in flight do, where all carry one registration. Absent: not known, so that they may do anything. */
  readonly inFlightVerbs?: readonly Step['verb'][] | undefined;
}

export const EMPTY_RECORD: GatewayRecord = { unconfirmed: [], inFlight: [] };

/**
 * Before a call goes out, what it may change is in doubt: the process may die before the answer. A removal puts in doubt
 * what stands registered, even under another path: a gateway keyed by name removes that.
 */
export function withIntent(record: GatewayRecord, step: Step): GatewayRecord {
  if (step.verb === 'register')
    return { ...record, unconfirmed: withPlace(record.unconfirmed, step.registration) };
  const doubted = record.registered ? withPlace(record.unconfirmed, record.registered) : record.unconfirmed;
  return { ...record, registered: undefined, unconfirmed: doubted };
}

export function withAccepted(record: GatewayRecord, step: Step): GatewayRecord {
  const others = withoutPlace(record.unconfirmed, step.registration);
  const { registered } = record;
  if (step.verb === 'register') {
    const displaced = registered && !isSamePlace(registered, step.registration) ? [registered] : [];
    return { ...record, registered: step.registration, unconfirmed: [...others, ...displaced] };
  }
  if (registered === undefined) return { ...record, unconfirmed: others };
  // A gateway keyed by name has just removed what stands registered under another path, too.
  const shaken = isSamePlace(registered, step.registration) ? [] : [registered];
  return { ...record, registered: undefined, unconfirmed: [...others, ...shaken] };
}

/** @param until when the call can no longer arrive at the gateway: one gateway time-out from now. */
export function withUnknown(record: GatewayRecord, step: Step, until: number): GatewayRecord {
  const { registered, inFlight, inFlightVerbs } = record;
  const doubted = [step.registration, ...(registered ? [registered] : [])];
  const isOne = inFlight.every((one) => isSameRegistration(one, step.registration));
  const before = inFlight.length === 0 ? [] : isOne ? inFlightVerbs : undefined;
  return {
    registered: undefined,
    unconfirmed: doubted.reduce(withPlace, record.unconfirmed),
    inFlight: withPlace(record.inFlight, step.registration),
    inFlightUntil: Math.max(until, record.inFlightUntil ?? 0),
    inFlightVerbs: before && [...new Set([...before, step.verb])],
  };
}

/**
 * Once calls in flight can no longer arrive, all that they carried and what stands confirmed is doubted, so that the plan
 * clears and asserts it once more: a late call cannot have the last word.
 * @param dropsHarmless nothing is doubted where the last word of such a call is what is so anyway
 */
export function settleInFlight(record: GatewayRecord, now: number, dropsHarmless: boolean): GatewayRecord {
  if (record.inFlightUntil === undefined || now < record.inFlightUntil) return record;
  const { registered, unconfirmed } = record;
  if (dropsHarmless && isHarmless(record))
    return { ...(registered && { registered }), unconfirmed, inFlight: [] };
  const doubted = [...record.inFlight, ...(record.registered ? [record.registered] : [])];
  return { unconfirmed: doubted.reduce(withPlace, record.unconfirmed), inFlight: [] };
}

/** A late registration of just what has been confirmed since changes nothing, nor does a late removal where nothing is registered. */
function isHarmless({ registered, inFlight, inFlightVerbs = [] }: GatewayRecord): boolean {
  const [verb, ...others] = inFlightVerbs;
  if (verb === undefined || others.length > 0) return false;
  if (verb === 'remove') return registered === undefined;
  return registered !== undefined && inFlight.every((one) => isSameRegistration(one, registered));
}

/** Nothing of it is believed: what stood registered only may be there. */
export function withDoubt(record: GatewayRecord): GatewayRecord {
  const { registered, ...rest } = record;
  if (registered === undefined) return record;
  return { ...rest, unconfirmed: withPlace(record.unconfirmed, registered) };
}

/** Two memories of one API, of which either may be the older: all of both may be there. */
export function mergeRecords(a: GatewayRecord, b: GatewayRecord): GatewayRecord {
  const [left, right] = [withDoubt(a), withDoubt(b)];
  const until = Math.max(left.inFlightUntil ?? 0, right.inFlightUntil ?? 0);
  return {
    unconfirmed: right.unconfirmed.reduce(withPlace, left.unconfirmed),
    inFlight: right.inFlight.reduce(withPlace, left.inFlight),
    ...(until > 0 && { inFlightUntil: until }),
  };
}

/** Do both say the same? */
export function isSameRecord(a: GatewayRecord, b: GatewayRecord): boolean {
  return canonicalJson(publishRecord(a)) === canonicalJson(publishRecord(b));
}

/** Nothing is, may be, or may yet come to be at the gateway. */
export function isClear(record: GatewayRecord): boolean {
  return record.registered === undefined && record.unconfirmed.length === 0 && record.inFlight.length === 0;
}

function withPlace(list: readonly Registration[], added: Registration): readonly Registration[] {
  return [...withoutPlace(list, added), added];
}

function withoutPlace(list: readonly Registration[], place: Registration): readonly Registration[] {
  return list.filter((one) => !isSamePlace(one, place));
}

/** The record in the form of `status.apig`. */
export interface PublishedRecord {
  readonly registered?: Registration | undefined;
  readonly pending?: Registration | undefined;
  readonly unconfirmed?: readonly Registration[] | undefined;
}

/** The newest doubtful registration is `pending`; older ones, under other paths or names, are `unconfirmed`. */
export function publishRecord(record: GatewayRecord): PublishedRecord {
  const doubtful = [
    ...record.inFlight.filter((one) => !record.unconfirmed.some((other) => isSamePlace(one, other))),
    ...record.unconfirmed,
  ];
  const pending = doubtful.at(-1);
  const unconfirmed = doubtful.slice(0, -1);
  return {
    registered: record.registered,
    pending,
    unconfirmed: unconfirmed.length > 0 ? unconfirmed : undefined,
  };
}

/** @param until when calls sent by whoever published this can no longer arrive, in milliseconds since the epoch. */
export function restoreRecord(published: PublishedRecord, until: number): GatewayRecord {
  const doubtful = [...(published.unconfirmed ?? []), ...(published.pending ? [published.pending] : [])];
  const record = { registered: published.registered, unconfirmed: doubtful, inFlight: doubtful };
  return doubtful.length > 0 ? { ...record, inFlightUntil: until } : record;
}
