import { type GatewayRecord, isClear, settleInFlight, type Step } from './record.ts';
import { isSamePlace, isSameRegistration, type Registration } from './registration.ts';

/**
 * How a changed path or name reaches the gateway. `replace`: remove the old, then create the new.
 * `make-before-break`: create first; for gateways keyed by path, where the route then never goes missing.
 */
export type PathChange = 'replace' | 'make-before-break';

export type Plan =
  | {
      readonly kind: 'call';
      readonly step: Step;
      readonly record: GatewayRecord;
      /** Sends once more just what is confirmed: whatever comes of it, nothing else can be at the gateway. */
      readonly isReassertion: boolean;
    }
  | { readonly kind: 'wait'; readonly until: number; readonly record: GatewayRecord }
  | { readonly kind: 'done'; readonly record: GatewayRecord };

export interface PlanContext {
  readonly pathChange: PathChange;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly isReassertionDue?: boolean;
  /** See `settleInFlight`. Default: no. */
  readonly dropsHarmless?: boolean | undefined;
}

/**
 * The next single step from what is recorded to what is desired (undefined: nothing), under either key of the gateway.
 *
 * | recorded | desired D | replace | make-before-break |
 * | --- | --- | --- | --- |
 * | D confirmed, nothing else | D | done | done |
 * | nothing, or other content at D's place | D | register D | register D |
 * | others under another path or name | D | remove each, register D | register D, remove each, register D again |
 * | anything | nothing | remove each | remove each |
 *
 * The second register of make-before-break is for gateways keyed by name, where removing the old takes the new along.
 * What is in flight makes it wait, then doubt and assert everything once more, unless its late arrival would say the same.
 * A re-assertion that is due is one more register D.
 */
export function plan(recorded: GatewayRecord, desired: Registration | undefined, context: PlanContext): Plan {
  const record = settleInFlight(recorded, context.now, context.dropsHarmless ?? false);
  const step = nextStep(record, desired, context.pathChange);
  if (step !== undefined) return { kind: 'call', step, record, isReassertion: false };
  if (record.inFlightUntil !== undefined) return { kind: 'wait', until: record.inFlightUntil, record };
  if (desired !== undefined && context.isReassertionDue === true)
    return { kind: 'call', step: { verb: 'register', registration: desired }, record, isReassertion: true };
  return { kind: 'done', record };
}

function nextStep(
  record: GatewayRecord,
  desired: Registration | undefined,
  pathChange: PathChange,
): Step | undefined {
  const present = [...(record.registered ? [record.registered] : []), ...record.unconfirmed];
  const other = present.find((one) => desired === undefined || !isSamePlace(one, desired));
  const removal: Step | undefined = other && { verb: 'remove', registration: other };
  const creation: Step | undefined =
    desired && !(record.registered && isSameRegistration(record.registered, desired))
      ? { verb: 'register', registration: desired }
      : undefined;
  return pathChange === 'replace' ? (removal ?? creation) : (creation ?? removal);
}

/** The gateway is known to hold just what is desired; nothing more is on its way. */
export function isFulfilled(record: GatewayRecord, desired: Registration | undefined): boolean {
  return desired === undefined
    ? isClear(record)
    : record.registered !== undefined && isSameRegistration(record.registered, desired);
}

/** The gateway has no read call: what it may have lost can only be sent again. */
export interface ReassertionClock {
  /** RFC 3339: when the gateway last confirmed the registration. */
  readonly registeredAt: string | undefined;
  /** Milliseconds; 0 or undefined: nothing is asserted again. */
  readonly intervalMs: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Is a confirmation so old that it is asked for once more? Half the interval is: a sweep that comes by twice in an interval then
 * finds each API due once in it, and a second sweep, moments later, does not. A time that cannot be right is no confirmation.
 */
export function isReassertionDue({ registeredAt, intervalMs = 0, now }: ReassertionClock): boolean {
  if (intervalMs === 0) return false;
  const age = Math.abs(now - Date.parse(registeredAt ?? ''));
  return Number.isNaN(age) || age >= intervalMs / 2;
}
