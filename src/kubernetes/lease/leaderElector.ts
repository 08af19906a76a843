import { steadyClock, type Clock } from '../clock.ts';
import { decideLease, type SeenLease } from './leaseDecision.ts';
import type { LeaseRecord, LeaseStore } from './leaseStore.ts';
import { createStandBy } from './standBy.ts';

/** Where a contender stands, in its own view. */
export type Leadership =
  | { readonly kind: 'holding' }
  /** `holder` empty: nobody has been seen yet. */
  | { readonly kind: 'standingBy'; readonly holder: string }
  /** It could not do the work: it neither takes the lease nor keeps it. */
  | { readonly kind: 'unable' }
  /** The lease can be neither read nor written. */
  | { readonly kind: 'cutOff'; readonly error: unknown };

/** Its milliseconds must never jump. */
export type LeaseClock = Pick<Clock, 'now' | 'sleep'>;

export interface LeaderElectorOptions {
  readonly store: LeaseStore;
  /** Names this process and no other that is alive. */
  readonly me: string;
  /** How long what `work` has begun may go on after it was told to stop. */
  readonly drainMs: number;
  /**
   * Done while the lease is held, anew each time. Begins nothing after `stop`, and resolves when all has ended; a rejection ends
   * the contention.
   */
  readonly work: (stop: AbortSignal) => Promise<void>;
  /** Could the work be done just now? While it could not, the lease is left to others. Asked often, so it answers at once. Default: it could. */
  readonly isAble?: () => boolean;
  readonly onStanding?: (standing: Leadership) => void;
  /** Told once that the lease may not be followed, so that it is polled, and once, without an error, that it is followed again. */
  readonly onPolling?: (error: unknown) => void;
  readonly clock?: LeaseClock;
}

export interface LeaderElector {
  /** Is it safe to begin something just now? */
  isHeld(): boolean;
  standing(): Leadership;
  /** Contends until `stopped`; then, or when it rejects, the lease is released as soon as all work has ended. */
  run(stopped: AbortSignal): Promise<void>;
}

const RENEW_MS = 4_000;
/** After a renewal that failed. */
const RENEW_AGAIN_MS = 500;
/** Without a renewal for this long, nothing more is begun. */
const RENEW_DEADLINE_MS = 8_000;
/** How often a holder looks whether it still may. */
const LOOK_MS = 500;
/** For timers that are late, and for work that takes a moment to hear that it is to stop. */
const MARGIN_MS = 2_000;
/**
 * By so much the clocks of two API servers may differ, the second that they round to included. etcd complains of one second between its
 * members.
 */
const CLOCKS_MS = 5_000;
/** How often those look who stand by and cannot follow the lease: the next takes over this soon after a release. */
const STAND_BY_MS = 1_000;

/** How long after a holder's last sign of life another may take over: by then all that it began has ended. */
export function leaseDurationMs(drainMs: number): number {
  return RENEW_DEADLINE_MS + drainMs + MARGIN_MS;
}

/** Of all contenders for a lease at most one works at a time, whatever stops, crashes or is cut off. */
export function createLeaderElector(options: LeaderElectorOptions): LeaderElector {
  const { store, me, work, onStanding = () => undefined, clock = steadyClock } = options;
  const { isAble = () => true, onPolling = () => undefined } = options;
  const durationMs = leaseDurationMs(options.drainMs);
  let seen: SeenLease | undefined;
  let heldUntil = Number.NEGATIVE_INFINITY;
  /** As our own last write left it: the next one goes over it without a read. */
  let own: LeaseRecord | undefined;
  let standing: Leadership = { kind: 'standingBy', holder: '' };

  const isHeld = (): boolean => clock.now() < heldUntil && isAble();

  function stand(next: Leadership): void {
    const isNews = next.kind !== standing.kind || holderOf(next) !== holderOf(standing);
    standing = next;
    if (isNews) onStanding(next);
  }

  function note(found: LeaseRecord | undefined): void {
    const alreadyMs = Math.max(0, (found?.unchangedMs ?? 0) - CLOCKS_MS);
    const known = seen?.version === found?.version ? seen : undefined;
    const since = known?.since ?? clock.now() - alreadyMs;
    seen = found && { ...found, durationMs: found.durationMs || durationMs, since };
  }

  /** @returns whether it is ours now; false too where somebody else was faster */
  async function write(over: LeaseRecord | undefined): Promise<boolean> {
    own = undefined;
    own = await store.write(over, me, durationMs);
    return own !== undefined;
  }

  /** One look at the lease, and the write that it calls for. Never rejects; true: the lease is ours for now. */
  async function contend(): Promise<boolean> {
    if (!isAble()) {
      heldUntil = Number.NEGATIVE_INFINITY;
      stand({ kind: 'unable' });
      return false;
    }
    // A renewal counts from before it was sent: others count from after it arrived.
    const startedAt = clock.now();
    try {
      let isRenewed = own !== undefined && (await write(own));
      let isFree = isRenewed;
      if (!isRenewed) {
        const found = await store.read();
        note(found);
        isFree = decideLease(seen, me, clock.now()) !== 'wait';
        isRenewed = isFree && (await write(found));
      }
      if (isRenewed) {
        heldUntil = startedAt + RENEW_DEADLINE_MS;
        stand({ kind: 'holding' });
        return true;
      }
      if (!isFree) {
        heldUntil = Number.NEGATIVE_INFINITY;
        stand({ kind: 'standingBy', holder: seen?.holder ?? '' });
      }
    } catch (error) {
      if (!isHeld()) stand({ kind: 'cutOff', error });
    }
    return false;
  }

  /**
   * Works until told to stop, or until the lease or the ability is lost, and renews the lease until the last of the work has ended. Where
   * it is unable it does not renew: the lease lasts for longer than what was begun.
   */
  async function workWhileHeld(stopped: AbortSignal): Promise<void> {
    const lost = new AbortController();
    const ended = new AbortController();
    const working = work(AbortSignal.any([stopped, lost.signal])).finally(() => ended.abort());
    const renew = async (): Promise<void> => {
      let isRenewed = true;
      while (!ended.signal.aborted) {
        await clock.sleep(isRenewed ? RENEW_MS : RENEW_AGAIN_MS, ended.signal);
        if (!ended.signal.aborted) isRenewed = await contend();
      }
    };
    // A clock of its own, for a renewal may hang.
    const expire = async (): Promise<void> => {
      while (!ended.signal.aborted && isHeld())
        await clock.sleep(Math.min(heldUntil - clock.now(), LOOK_MS), ended.signal);
      if (!isAble()) stand({ kind: 'unable' });
      lost.abort();
    };
    await Promise.all([working, renew(), expire()]);
  }

  const standBy = createStandBy({
    store,
    clock,
    lookMs: STAND_BY_MS,
    note,
    version: () => seen?.version,
    onRefused: onPolling,
    isWaiting: () =>
      standing.kind === 'standingBy' && isAble() && decideLease(seen, me, clock.now()) === 'wait',
  });

  async function release(): Promise<void> {
    heldUntil = Number.NEGATIVE_INFINITY;
    own = undefined;
    try {
      const found = await store.read();
      if (found?.holder === me) await store.write(found, '', durationMs);
    } catch {
      // Whoever waits for it takes it when it has run out.
    }
  }

  return {
    isHeld,
    standing: () => standing,
    async run(stopped) {
      while (!stopped.aborted) {
        if (!(await contend())) {
          await standBy(stopped);
          continue;
        }
        try {
          // It may have been told to stop while it asked.
          if (!stopped.aborted) await workWhileHeld(stopped);
        } finally {
          await release();
        }
      }
    },
  };
}

function holderOf(standing: Leadership): string | undefined {
  return standing.kind === 'standingBy' ? standing.holder : undefined;
}
