import type { Client } from '@temporalio/client';
import { createWatcher, type Watcher } from '../../watcher/watcher.ts';
import type { Settings } from '../config/settings.ts';
import type { RecordSeal } from '../domain/exposedApi/recordSeal.ts';
import { endpointFor, formerEndpointsFor, recordedNameFor } from '../gateway/apig/endpoint.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { createExposedApis } from '../kubernetes/exposedApis.ts';
import type { ClusterView } from '../kubernetes/watch/clusterView.ts';
import { createMutationCache } from '../kubernetes/watch/mutationCache.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Builds the watcher from the settings. */
export function buildWatcher(context: {
  readonly settings: Settings;
  /** Where records are sealed. */
  readonly seal: RecordSeal | undefined;
  readonly clients: Clients;
  readonly view: ClusterView;
  readonly client: Client;
  readonly logger: Logger;
}): Watcher {
  const { settings, seal, clients, view, client, logger } = context;
  const apis = createExposedApis(clients, clients.restMapper, createMutationCache(view));
  return createWatcher({
    view,
    temporal: client.workflow,
    readApi: (ref) => apis.get(ref),
    logger,
    settings: {
      namespaces: settings.WATCH_NAMESPACES,
      cluster: settings.CLUSTER_NAME,
      componentController: settings.COMPONENT_CONTROLLER,
      resyncIntervalMs: settings.RESYNC_INTERVAL,
      reassertIntervalMs: settings.REASSERT_INTERVAL,
      desired: {
        specificationForm: settings.APIG_SPECIFICATION_FORM,
        sendPolicies: settings.APIG_SEND_POLICIES,
        recordedAs: (namespace) => recordedNameFor(settings, namespace),
        formerGateways: (namespace) => formerEndpointsFor(settings, namespace),
        seal,
      },
      gatewayOf: (namespace) => endpointFor(settings.APIG_ENDPOINT, namespace),
    },
  });
}
