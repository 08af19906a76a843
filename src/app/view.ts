import type { Settings } from '../config/settings.ts';
import { endpointFor } from '../gateway/apig/endpoint.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { systemClock } from '../kubernetes/clock.ts';
import { createClusterView, type ClusterView } from '../kubernetes/watch/clusterView.ts';
import { createPathIndex, type PathIndex } from '../paths/pathIndex.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface BuiltView {
  readonly view: ClusterView;
  /** Who wants which path, as the view shows it. */
  readonly paths: PathIndex;
}

/** Builds the one view of the process from the settings; not started. */
export function buildView(context: {
  readonly settings: Settings;
  readonly clients: Clients;
  readonly logger: Logger;
}): BuiltView {
  const { settings, clients, logger } = context;
  const paths = createPathIndex((namespace) => endpointFor(settings.APIG_ENDPOINT, namespace));
  const view = createClusterView(
    { clients, logger, clock: systemClock },
    {
      namespaces: settings.WATCH_NAMESPACES,
      selector: settings.API_SELECTOR,
      ingressName: settings.APIG_INGRESS,
      publicUrl: settings.APIG_PUBLIC_URL,
      gatewayKey: settings.APIG_KEY,
      componentController: settings.COMPONENT_CONTROLLER,
    },
    paths,
  );
  return { view, paths };
}
