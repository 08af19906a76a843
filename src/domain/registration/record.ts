import { isSamePlace, type Registration } from './registration.ts';

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
  readonly maybe: readonly Registration[];
  /** Carried by calls of unknown outcome that may still arrive, until `stragglersUntil`. */
  readonly stragglers: readonly Registration[];
  /** Milliseconds since the epoch; absent when there are no stragglers. */
  readonly stragglersUntil?: number | undefined;
}

export const EMPTY_RECORD: GatewayRecord = { maybe: [], stragglers: [] };

/**
 * Before a call goes out, what it may change is in doubt: the process may die before the answer. A removal puts in doubt
 * what stands registered, even under another path: a gateway keyed by name removes that.
 */
export function recordIntent(record: GatewayRecord, step: Step): GatewayRecord {
  if (step.verb === 'register') return { ...record, maybe: withPlace(record.maybe, step.registration) };
  const doubted = record.registered ? withPlace(record.maybe, record.registered) : record.maybe;
  return { ...record, registered: undefined, maybe: doubted };
}

export function recordAccepted(record: GatewayRecord, step: Step): GatewayRecord {
  const others = withoutPlace(record.maybe, step.registration);
  const { registered } = record;
  if (step.verb === 'register') {
    const displaced = registered && !isSamePlace(registered, step.registration) ? [registered] : [];
    return { ...record, registered: step.registration, maybe: [...others, ...displaced] };
  }
  if (registered === undefined) return { ...record, maybe: others };
  // A gateway keyed by name has just removed what stands registered under another path, too.
  const shaken = isSamePlace(registered, step.registration) ? [] : [registered];
  return { ...record, registered: undefined, maybe: [...others, ...shaken] };
}

/** @param until when the call can no longer arrive at the gateway: one gateway time-out from now. */
export function recordUnknown(record: GatewayRecord, step: Step, until: number): GatewayRecord {
  const { registered } = record;
  const doubted = [step.registration, ...(registered ? [registered] : [])];
  return {
    registered: undefined,
    maybe: doubted.reduce(withPlace, record.maybe),
    stragglers: withPlace(record.stragglers, step.registration),
    stragglersUntil: Math.max(until, record.stragglersUntil ?? 0),
  };
}

/**
 * Once stragglers can no longer arrive, all that they carried and what stands confirmed is doubted, so that the plan
 * clears and asserts it once more: a straggler cannot have the last word.
 */
export function settleStragglers(record: GatewayRecord, now: number): GatewayRecord {
  if (record.stragglersUntil === undefined || now < record.stragglersUntil) return record;
  const doubted = [...record.stragglers, ...(record.registered ? [record.registered] : [])];
  return { maybe: doubted.reduce(withPlace, record.maybe), stragglers: [] };
}

/** Nothing is, may be, or may yet come to be at the gateway. */
export function isClear(record: GatewayRecord): boolean {
  return record.registered === undefined && record.maybe.length === 0 && record.stragglers.length === 0;
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
