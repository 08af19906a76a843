import type { GatewayRecord } from './gatewayRecord.ts';
import { isFulfilled } from './plan.ts';
import type { Registration } from './registration.ts';

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

/** The record in which what is confirmed and due is doubted, so that the plan registers it once more; undefined: not due. */
export function doubtWhenDue(
  record: GatewayRecord,
  desired: Registration | undefined,
  clock: ReassertionClock,
): GatewayRecord | undefined {
  const isAtRest =
    desired !== undefined &&
    isFulfilled(record, desired) &&
    record.maybe.length + record.stragglers.length === 0;
  return isAtRest && isReassertionDue(clock) ? { maybe: [desired], stragglers: [] } : undefined;
}
