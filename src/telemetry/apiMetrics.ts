import type { ExposedApi } from '../domain/exposedApi/exposedApi.ts';
import { isUnderWay } from '../domain/exposedApi/reconcileReason.ts';
import { API_STATES, type ApiState } from '../domain/exposedApi/state.ts';
import { resourceKey } from '../domain/kubernetes/names.ts';
import type { Metrics } from './metrics.ts';

export interface ApiMetricsOptions {
  /** All that there are just now. */
  readonly apis: () => Iterable<ExposedApi>;
  /** Is the time that a registration took to be measured here? Of all processes that see it one does. */
  readonly isMeasuring: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A difference between two looks at an API; undefined stands for "does not exist". */
export interface ApiChange {
  readonly previous: ExposedApi | undefined;
  readonly next: ExposedApi | undefined;
  readonly cause: 'list' | 'watch';
}

const WAITS = ['registration', 'retry', 'removal'] as const;
type Wait = (typeof WAITS)[number];

interface Waiting {
  readonly uid: string;
  readonly what: Wait;
  readonly since: number;
  /** When a change of it was seen that the gateway has not confirmed yet; undefined: none was seen. */
  readonly changedAt: number | undefined;
}

/**
 * Counts APIs by state and those that wait, and measures how long registrations take, from what the view tells anyway. Remembers the
 * APIs that wait, and no others.
 * @returns to be told of every change of an API
 */
export function createApiMetrics(
  metrics: Pick<Metrics, 'gauge' | 'registrationSeconds'>,
  { apis, isMeasuring, now }: ApiMetricsOptions,
): { note(change: ApiChange): void } {
  const waiting = new Map<string, Waiting>();

  function measure(known: Waiting | undefined, { status }: ExposedApi): void {
    if (known?.changedAt === undefined || status.apig.state !== 'Registered' || !isMeasuring()) return;
    metrics.registrationSeconds.observe((now() - known.changedAt) / 1000);
  }

  metrics.gauge('apig_apis', () => {
    const counts = new Map<ApiState, number>(API_STATES.map((state) => [state, 0]));
    for (const api of apis()) counts.set(stateOf(api), (counts.get(stateOf(api)) ?? 0) + 1);
    return [...counts].map(([state, count]) => [{ state }, count]);
  });
  metrics.gauge('apig_waiting_apis', () =>
    WAITS.map((what) => [{ what }, [...waiting.values()].filter((one) => one.what === what).length]),
  );
  metrics.gauge('apig_oldest_wait_seconds', () => {
    const oldest = new Map<Wait, number>(WAITS.map((what) => [what, now()]));
    for (const { what, since } of waiting.values())
      oldest.set(what, Math.min(oldest.get(what) ?? since, since));
    return [...oldest].map(([what, since]) => [{ what }, (now() - since) / 1000]);
  });

  return {
    note({ previous, next, cause }) {
      const present = next ?? previous;
      if (present === undefined) return;
      const key = resourceKey(present.ref);
      const before = waiting.get(key);
      waiting.delete(key);
      if (next === undefined) return;
      const known = before?.uid === next.uid ? before : undefined;
      if (!isWaiting(next)) {
        measure(known, next);
        return;
      }
      const isChange = cause === 'watch' && previous?.specHash !== next.specHash;
      waiting.set(key, {
        uid: next.uid,
        what: whatOf(next),
        since: sinceOf(known, next) ?? begin(next, cause, now()),
        changedAt: known?.changedAt ?? (isChange ? now() : undefined),
      });
    },
  };
}

function stateOf(api: ExposedApi): ApiState {
  const { state = 'Pending' } = api.status.apig;
  return api.isDeleting && api.holdsFinalizer && state !== 'Paused' ? 'Removing' : state;
}

/** Whoever paused it, by the annotation or by hand, does not wait for it; nor does anybody for a former gateway to be cleared. */
function isWaiting(api: ExposedApi): boolean {
  return !api.isPaused && api.status.apig.state !== 'Paused' && isUnderWay(api, {});
}

function whatOf({ isDeleting, status }: ExposedApi): Wait {
  if (isDeleting) return 'removal';
  return status.apig.state === 'Retrying' ? 'retry' : 'registration';
}

/** What fails and is tried again has waited from its first try on; a deletion begins a wait of its own. */
function sinceOf(known: Waiting | undefined, { isDeleting }: ExposedApi): number | undefined {
  return (known?.what === 'removal') === isDeleting ? known?.since : undefined;
}

/** What a list shows under way has been so since its condition flipped; of what was just seen to change it is known. */
function begin({ status }: ExposedApi, cause: ApiChange['cause'], now: number): number {
  if (cause === 'watch') return now;
  const told = status.conditions.find((one) => one.type === 'Registered' && one.status !== 'True');
  const since = Date.parse(told?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? now : Math.min(since, now);
}
