import manifest from '../../package.json' with { type: 'json' };
import { systemClock } from '../kubernetes/clock.ts';
import type { ClusterView } from '../kubernetes/watch/clusterView.ts';
import { createApiMetrics } from '../telemetry/apiMetrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Watcher } from '../../watcher/watcher.ts';

/** @param workflows hash of the workflow code; empty where none runs here */
export function meterBuild(metrics: Pick<Metrics, 'gauge'>, workflows: string): void {
  const build = { version: manifest.version, workflows, node: process.versions.node };
  metrics.gauge('apig_build_info', () => [[build, 1]]);
}

/** Has each scrape read what the view and the watcher know anyway. Before the view is started. */
export function meterParts(
  metrics: Pick<Metrics, 'gauge' | 'registrationSeconds'>,
  { view, watcher }: { readonly view: ClusterView; readonly watcher: Watcher | undefined },
): {
  /** Registrations are measured while this holds; before this call none is. */
  measureWhile(isMeasuring: () => boolean): void;
} {
  let isMeasuring: (() => boolean) | undefined;
  const apis = createApiMetrics(metrics, {
    apis: () => view.apis(),
    isMeasuring: () => isMeasuring?.() ?? false,
    now: () => systemClock.now(),
  });
  view.subscribe({
    onApi: ({ previous, next, cause }) => apis.note({ previous: previous?.api, next: next?.api, cause }),
  });
  metrics.gauge('apig_view_stale_seconds', () =>
    view.ages().map(({ kind, staleMs }) => [{ kind }, staleMs / 1000]),
  );
  metrics.gauge('apig_view_age_seconds', () =>
    view.ages().flatMap(({ kind, ageMs }) => (ageMs === undefined ? [] : [[{ kind }, ageMs / 1000]])),
  );
  if (watcher !== undefined) {
    metrics.gauge('apig_signals_queued', () => [[{}, watcher.queue().size]]);
    metrics.gauge('apig_signals_failing', () => [[{}, watcher.queue().failing]]);
  }
  return {
    measureWhile: (predicate) => {
      isMeasuring = predicate;
    },
  };
}
