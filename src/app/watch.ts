import type { Client } from '@temporalio/client';
import { createWatcher, type Watcher } from '../../watcher/watcher.ts';
import type { Settings } from '../config/settings.ts';
import { endpointFor } from '../gateway/apig/endpoint.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Builds the watcher from the settings. */
export function buildWatcher(context: {
  readonly settings: Settings;
  readonly clients: Clients;
  readonly client: Client;
  readonly logger: Logger;
}): Watcher {
  const { settings, clients, client, logger } = context;
  return createWatcher({
    clients,
    temporal: client.workflow,
    logger,
    settings: {
      namespaces: settings.WATCH_NAMESPACES,
      selector: settings.API_SELECTOR,
      cluster: settings.CLUSTER_NAME,
      ingressName: settings.APIG_INGRESS,
      publicUrl: settings.APIG_PUBLIC_URL,
      componentController: settings.COMPONENT_CONTROLLER,
      resyncIntervalMs: settings.RESYNC_INTERVAL,
      reassertIntervalMs: settings.REASSERT_INTERVAL,
      desired: {
        specificationForm: settings.APIG_SPECIFICATION_FORM,
        sendPolicies: settings.APIG_SEND_POLICIES,
      },
      gatewayOf: (namespace) => endpointFor(settings.APIG_ENDPOINT, namespace),
    },
  });
}
