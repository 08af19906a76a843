import { createApiActivities, createComponentActivities } from '../../activities/index.ts';
import type { ApiDependencies } from '../../activities/dependencies.ts';
import type { Settings } from '../config/settings.ts';
import { loadTemporalConfig } from '../config/loadSettings.ts';
import { addressOfUrl, readIngressAddress } from '../kubernetes/ingress.ts';
import { COMPONENTS, resourceKey, workflowId } from '../domain/kubernetes/names.ts';
import type { RecordSeal } from '../domain/exposedApi/recordSeal.ts';
import { endpointFor, formerEndpointsFor, recordedNameFor } from '../gateway/apig/endpoint.ts';
import { createChildStore } from '../kubernetes/children.ts';
import type { Clients } from '../kubernetes/client/clients.ts';
import { createComponentStore } from '../kubernetes/components.ts';
import { isServiceReady } from '../kubernetes/endpoints.ts';
import type { EmitEvent } from '../kubernetes/events.ts';
import { createExposedApis } from '../kubernetes/exposedApis.ts';
import { createObserveApi } from '../kubernetes/observeApi.ts';
import type { ClusterView } from '../kubernetes/watch/clusterView.ts';
import { createMutationCache } from '../kubernetes/watch/mutationCache.ts';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Tracing } from '../telemetry/tracing.ts';
import { traceStores } from './traces.ts';
import { endRequestsWith } from '../kubernetes/client/timeLimit.ts';

export interface ActivitiesContext {
  readonly settings: Settings;
  /** Where records are sealed. */
  readonly seal: RecordSeal | undefined;
  readonly clients: Clients;
  readonly view: ClusterView;
  /** Undefined: none is asked for. */
  readonly tracing: Tracing | undefined;
  readonly emitEvent: EmitEvent;
  /** Told of each write of a Component's entry that came after a write of somebody else. */
  readonly onEntryConflict: () => void;
  /** Does the Temporal server know our search attributes? Asked by each observation. */
  readonly hasSearchAttributes: () => boolean;
}

const now = (): Date => new Date();

/** The activities of the main task queue, on the real cluster: what looks at it looks at the view. */
export function buildApiActivities({
  clients,
  view,
  tracing,
  emitEvent,
  onEntryConflict,
  ...context
}: ActivitiesContext): object {
  const { settings } = context;
  const components = createComponentStore(clients, clients.restMapper, {
    current: ({ namespace, name }) =>
      view.isFresh({ plural: COMPONENTS, namespace })
        ? view.component(resourceKey({ plural: COMPONENTS, namespace, name }))
        : undefined,
    onConflict: onEntryConflict,
  });
  const known = createMutationCache(view);
  const apis = createExposedApis(clients, clients.restMapper, known);
  const publicAddress =
    settings.APIG_PUBLIC_URL === undefined ? undefined : addressOfUrl(settings.APIG_PUBLIC_URL);
  const observe = createObserveApi({
    view,
    known,
    live: {
      api: (ref) => apis.get(ref),
      entry: (key) => components.entries.read(key),
      isServiceReady: (namespace, service) => isServiceReady(clients, namespace, service),
      address: async (namespace) =>
        publicAddress ?? (await readIngressAddress(clients, namespace, settings.APIG_INGRESS)),
    },
  });
  const stores = { apis, entries: components.entries };
  return {
    ...createApiActivities({
      ...(tracing ? traceStores(stores, tracing) : stores),
      observe,
      emitEvent,
      now,
      settings: apiSettings(context),
    }),
    ...createComponentActivities({ components, children: createChildStore(clients), emitEvent, now }),
  };
}

function apiSettings({
  settings,
  seal,
  hasSearchAttributes,
}: Pick<ActivitiesContext, 'settings' | 'seal' | 'hasSearchAttributes'>): ApiDependencies['settings'] {
  const { namespace } = loadTemporalConfig();
  return {
    desired: {
      specificationForm: settings.APIG_SPECIFICATION_FORM,
      sendPolicies: settings.APIG_SEND_POLICIES,
    },
    round: {
      pathChange: settings.APIG_PATH_CHANGE,
      gatewayTimeoutMs: settings.APIG_TIMEOUT,
      readinessDebounceMs: settings.READINESS_DEBOUNCE,
      reassertIntervalMs: settings.REASSERT_INTERVAL,
      takesBackWaitingCalls: true,
      dropsHarmless: true,
      get hasSearchAttributes() {
        return hasSearchAttributes();
      },
    },
    gatewayName: (ofNamespace) => endpointFor(settings.APIG_ENDPOINT, ofNamespace),
    recordedAs: (ofNamespace) => recordedNameFor(settings, ofNamespace),
    formerGateways: (ofNamespace) => formerEndpointsFor(settings, ofNamespace),
    seal,
    workflowId: (ref) => workflowId(ref, settings.CLUSTER_NAME),
    workflowUrl: (id) =>
      settings.TEMPORAL_UI_URL &&
      `${settings.TEMPORAL_UI_URL}/namespaces/${namespace}/workflows/${encodeURIComponent(id)}`,
  };
}

/** What an activity asks of the API server ends with it: when it is cancelled or its time is over. */
export const endRequestsWithActivity: ActivityInterceptorsFactory = ({ cancellationSignal }) => ({
  inbound: {
    execute: (input, next) => endRequestsWith(cancellationSignal, () => next(input)),
  },
});
