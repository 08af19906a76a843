import {
  CustomObjectsApi,
  DiscoveryV1Api,
  NetworkingV1Api,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
} from '@kubernetes/client-node';
import { Client, Connection } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';
import { createClients } from '../../../src/kubernetes/client/clients.ts';
import { type Clock, systemClock } from '../../../src/kubernetes/clock.ts';
import { createExposedApis } from '../../../src/kubernetes/exposedApis.ts';
import { createClusterView } from '../../../src/kubernetes/watch/clusterView.ts';
import type { ViewHealth } from '../../../src/kubernetes/watch/health.ts';
import type { WatchScope } from '../../../src/kubernetes/watch/informers.ts';
import { createMutationCache } from '../../../src/kubernetes/watch/mutationCache.ts';
import { createPathIndex } from '../../../src/paths/pathIndex.ts';
import type { SignalWithStart, TemporalClient } from '../../../watcher/workflowSignaller.ts';
import { createWatcher, type Watcher, type WatcherSettings } from '../../../watcher/watcher.ts';
import { RECONCILE_OPTIONS } from '../builders/apis.ts';
import { silentLogger, type LogLine } from '../builders/silentLogger.ts';

type Json = Readonly<Record<string, unknown>>;

const createdSchema = z.object({ metadata: z.object({ name: z.string(), uid: z.string() }) });
const AT = { group: 'oda.tmforum.org', version: 'v1' } as const;
const INGRESS = 'apig-operator-uportal';

/** A real Temporal server behind a client that counts; no worker polls the queues of `cluster`, so workflows stay as started. */
export interface CountingTemporal {
  readonly cluster: string;
  readonly client: Client;
  readonly temporal: TemporalClient;
  /** Ids of the workflows signalled, in order, whether or not they were started by it. */
  readonly signals: string[];
  /** Terminates what was started and closes the connection. */
  close(): Promise<void>;
}

export async function connectCounting(address: string, namespace: string): Promise<CountingTemporal> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const signals: string[] = [];
  const { workflow } = client;
  const temporal: TemporalClient = {
    async signalWithStart(type: string, options: SignalWithStart) {
      await workflow.signalWithStart(type, options);
      signals.push(options.workflowId);
    },
    getHandle(id) {
      const handle = workflow.getHandle(id);
      return {
        async signal(definition, versions) {
          await handle.signal(definition, versions);
          signals.push(id);
        },
        describe: async () => await handle.describe(),
      };
    },
    list: (options) => workflow.list(options),
  };
  return {
    cluster: `c${randomBytes(4).toString('hex')}`,
    client,
    temporal,
    signals,
    async close() {
      for (const id of new Set(signals))
        await workflow
          .getHandle(id)
          .terminate()
          .catch(() => undefined);
      await connection.close();
    },
  };
}

export type WatchingSettings = WatchScope & WatcherSettings;

export interface Watching {
  /** With the view that it follows: they start and stop together. */
  readonly watcher: Omit<Watcher, 'health' | 'start'> & { readonly health: () => ViewHealth };
  readonly lines: LogLine[];
}

/** A watcher of one namespace; resyncs only when told to. */
export function watch(
  kubeConfig: KubeConfig,
  { temporal, cluster }: Pick<CountingTemporal, 'temporal' | 'cluster'>,
  settings: Partial<WatchingSettings> & Pick<WatchingSettings, 'namespaces'>,
  clock?: Clock,
): Watching {
  const { logger, lines } = silentLogger();
  const all: WatchingSettings = {
    selector: '',
    cluster,
    ingressName: INGRESS,
    componentController: 'external',
    resyncIntervalMs: 24 * 3_600_000,
    reassertIntervalMs: 0,
    desired: RECONCILE_OPTIONS,
    gatewayOf: (namespace) => `http://gateway.${namespace}`,
    ...settings,
  };
  const clients = createClients(kubeConfig);
  const view = createClusterView(
    { clients, logger, clock: systemClock },
    all,
    createPathIndex((namespace) => `http://gateway.${namespace}`),
  );
  const apis = createExposedApis(clients, clients.restMapper, createMutationCache(view));
  const watcher = createWatcher({
    view,
    temporal,
    readApi: (ref) => apis.get(ref),
    logger,
    settings: all,
    ...(clock && { clock }),
  });
  view.start();
  watcher.start();
  async function stop(): Promise<void> {
    await watcher.stop();
    await view.stop();
  }
  return { watcher: { ...watcher, stop, health: () => view.health() }, lines };
}

export type ClusterHands = ReturnType<typeof hands>;

/** What a person, a chart or another controller does to the cluster. */
export function hands(kubeConfig: KubeConfig, namespace: string) {
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  const discovery = kubeConfig.makeApiClient(DiscoveryV1Api);
  const networking = kubeConfig.makeApiClient(NetworkingV1Api);
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  const named = (name: string) => ({ ...AT, namespace, plural: 'exposedapis', name });
  return {
    async createApi(object: Json): Promise<string> {
      const made: unknown = await custom.createNamespacedCustomObject({
        ...AT,
        namespace,
        plural: 'exposedapis',
        body: object,
      });
      // Only the API server knows what the record of an API that is up to date is about.
      const { uid, name } = createdSchema.parse(made).metadata;
      const isUpToDate = asObject(asObject(object['status'])['apig'])['uid'] !== undefined;
      const body = { status: { apig: { uid } } };
      if (isUpToDate) await custom.patchNamespacedCustomObject({ ...named(name), body }, merge);
      return JSON.stringify(made);
    },
    async patchApi(name: string, body: Json): Promise<void> {
      await custom.patchNamespacedCustomObject({ ...named(name), body }, merge);
    },
    async deleteApi(name: string): Promise<void> {
      await custom.deleteNamespacedCustomObject(named(name));
    },
    /** An EndpointSlice with one endpoint that is ready, or not. */
    async writeSlice(name: string, service: string, ready: boolean): Promise<void> {
      const body = {
        metadata: { name, namespace, labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.1.1.1'], conditions: { ready } }],
        ports: [{ port: 8080 }],
      };
      const known = await discovery.listNamespacedEndpointSlice({
        namespace,
        fieldSelector: `metadata.name=${name}`,
      });
      if (known.items.length === 0) await discovery.createNamespacedEndpointSlice({ namespace, body });
      else await discovery.replaceNamespacedEndpointSlice({ namespace, name, body });
    },
    async createIngress(ip: string): Promise<void> {
      await networking.createNamespacedIngress({
        namespace,
        body: {
          metadata: { name: INGRESS },
          spec: { defaultBackend: { service: { name: 'gateway', port: { number: 80 } } } },
        },
      });
      await this.moveIngress(ip);
    },
    async moveIngress(ip: string): Promise<void> {
      await networking.patchNamespacedIngressStatus(
        { name: INGRESS, namespace, body: { status: { loadBalancer: { ingress: [{ ip }] } } } },
        merge,
      );
    },
  };
}
