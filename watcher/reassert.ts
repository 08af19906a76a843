import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { isReassertionDue } from '../src/domain/registration/plan.ts';
import type { Clock } from '../src/kubernetes/clock.ts';
import { resourceKey } from '../src/domain/kubernetes/names.ts';

export interface ReassertOptions {
  /** REASSERT_INTERVAL; 0: never. */
  readonly intervalMs: number;
  /** All that there are just now, in any order. */
  readonly apis: () => Iterable<ExposedApi>;
  /** As it is now; undefined where it has gone. */
  readonly api: (key: string) => ExposedApi | undefined;
  readonly signal: (key: string) => void;
  readonly clock: Clock;
}

/** A walk comes by twice in an interval, so that what is not due yet the first time is not late the second. */
const WALKS = 2;
/** Timers are a little late each time, which must not add up; a process that stood still for long must not hurry, though. */
const MAX_CATCH_UP_MS = 1_000;

/**
 * One sweep over all APIs, for ever, at an even pace: has what the gateway confirmed long ago asserted again. Holds nothing but
 * its place, so that a restart costs nothing and a second one beside it finds nothing due.
 */
export async function runReassert(options: ReassertOptions, signal: AbortSignal): Promise<void> {
  const { intervalMs, apis, clock } = options;
  if (intervalMs === 0) return;
  let next = clock.now();
  const pause = async (ms: number): Promise<void> => {
    next = Math.max(next + ms, clock.now() - MAX_CATCH_UP_MS);
    await clock.sleep(Math.max(0, Math.round(next - clock.now())), signal);
  };
  while (!signal.aborted) {
    const keys = [...apis()].map(({ ref }) => resourceKey(ref)).toSorted();
    if (keys.length === 0) await pause(intervalMs / WALKS);
    for (const key of keys) {
      await pause(intervalMs / WALKS / keys.length);
      if (signal.aborted) return;
      visit(key, options);
    }
  }
}

function visit(key: string, { api, intervalMs, signal, clock }: ReassertOptions): void {
  const found = api(key);
  if (found === undefined || found.isDeleting || found.isPaused) return;
  const { state, registeredAt } = found.status.apig;
  // Whatever is in any other state either has nothing to assert or a workflow at work on it.
  if (state === 'Registered' && isReassertionDue({ registeredAt, intervalMs, now: clock.now() })) signal(key);
}
