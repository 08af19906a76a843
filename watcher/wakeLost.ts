import { isUnderWay, type ReconcileOptions } from '../src/domain/exposedApi/reconcileReason.ts';
import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import { resourceKey, type ResourceRef } from '../src/domain/kubernetes/names.ts';
import type { Clock } from '../src/kubernetes/clock.ts';
import { describeError, type Logger } from '../src/telemetry/logger.ts';

export interface WakeLostOptions {
  /** All that there are just now. */
  readonly apis: () => Iterable<ExposedApi>;
  readonly desired: Pick<ReconcileOptions, 'formerGateways'>;
  /** Resources whose workflow runs; one list of workflows. */
  readonly running: () => AsyncIterable<ResourceRef>;
  readonly signal: (key: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An API whose workflow somebody ended says no word for as long as this, and is woken within twice as long. */
export const LOOK_INTERVAL_MS = 60_000;

/**
 * Finds what nobody is at: an API under way, unchanged since the last look, whose workflow does not run, because a person terminated
 * or cancelled it. Asks Temporal, with one list, only while there are such APIs; a needless signal costs one round.
 */
export async function runWakeLost(options: WakeLostOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options;
  let before: ReadonlyMap<string, string> = new Map();
  while (!signal.aborted) {
    await clock.sleep(LOOK_INTERVAL_MS, signal);
    if (signal.aborted) return;
    const now = underWay(options.apis(), options.desired);
    const silent = [...now].filter(([key, state]) => before.get(key) === state).map(([key]) => key);
    before = now;
    try {
      await wakeLost(silent, options);
    } catch (error) {
      logger.warn(
        { error: describeError(error) },
        'Workflows that ended too early were not looked for; the next look does it',
      );
    }
  }
}

/** By key, what differs as soon as anything has happened to it. */
function underWay(
  apis: Iterable<ExposedApi>,
  desired: WakeLostOptions['desired'],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const api of apis) {
    if (isUnderWay(api, desired)) found.set(resourceKey(api.ref), `${api.uid} ${api.resourceVersion}`);
  }
  return found;
}

async function wakeLost(
  silent: readonly string[],
  { running, signal, logger }: WakeLostOptions,
): Promise<void> {
  if (silent.length === 0) return;
  const lost = new Set(silent);
  for await (const ref of running()) lost.delete(resourceKey(ref));
  if (lost.size === 0) return;
  logger.info(
    { count: lost.size },
    'APIs are under way though no workflow of theirs runs; they are started again',
  );
  for (const key of lost) signal(key);
}
