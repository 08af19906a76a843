/** What a lease says, and how long this very text has been seen. */
export interface SeenLease {
  /** Empty: released. */
  readonly holder: string;
  /** How long its holder may be silent. */
  readonly durationMs: number;
  /** Changes with every write. */
  readonly version: string;
  /** Since when it has surely been so, on this process's own clock, which is never compared with a holder's. */
  readonly since: number;
}

export type LeaseDecision = 'create' | 'renew' | 'take' | 'wait';

/**
 * What `me` is to do about a lease. A holder is taken for dead when its lease has not changed for its whole duration. A name belongs to
 * one process at a time, so one's own lease is one's own even after a crash.
 */
export function decideLease(lease: SeenLease | undefined, me: string, now: number): LeaseDecision {
  if (lease === undefined) return 'create';
  if (lease.holder === me) return 'renew';
  if (lease.holder === '' || now - lease.since >= lease.durationMs) return 'take';
  return 'wait';
}
