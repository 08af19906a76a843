import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';
import { startCluster, type Cluster, type ClusterOptions } from '../../../deploy/dev/node/startCluster.ts';
import { startSimulator, type Simulator } from '../../../deploy/dev/simulator/startSimulator.ts';
import { applyManifests } from '../../../deploy/dev/stack/manifests.ts';
import { userApis, type UserApis } from '../../support/cluster/userApis.ts';
import { hands } from '../../support/cluster/watching.ts';
import { startTcpProxy, type TcpProxy } from '../../support/stack/tcpProxy.ts';
import { OperatorPods } from './operatorPods.ts';
import { Release } from './release.ts';

/** `npm run image` gives it this name, with a tag. */
export const REPOSITORY = 'localhost/apig-orchestrator';
const CHART_YAML = fileURLToPath(new URL('../../../deploy/chart/Chart.yaml', import.meta.url));

/** Where Temporal and the gateway are, as pods see them. */
const OUTSIDE = 'outside';
const TEMPORAL_PORT = 7233;
const GATEWAY_PORT = 8080;
const RELEASE_NAMESPACE = 'apig-trial';
const LOST_NAMESPACE = 'apig-lost';
/** Of the APIs. */
const SHOP = 'shop';

/** A cluster in which the operator can be installed, and what is around it. */
export interface Trial {
  readonly cluster: Cluster;
  readonly gateway: Simulator;
  readonly release: Release;
  /** Another one, in a namespace of its own. */
  readonly lost: Release;
  readonly pods: OperatorPods;
  readonly apis: UserApis;
  readonly namespace: string;
  readonly temporalAddress: string;
  readonly gatewayEndpoint: string;
  readonly stop: () => Promise<void>;
}

/** @throws LocalStackError in one line, after everything that had been started is stopped again. */
export async function startTrial(image: string, options: ClusterOptions): Promise<Trial> {
  const cluster = await startCluster({ ...options, tools: ['helm'] });
  let gateway: Simulator | undefined;
  let temporal: TcpProxy | undefined;
  const stop = async (): Promise<void> => {
    await gateway?.stop();
    await temporal?.close();
    await cluster.stop();
  };
  try {
    // Its parts find each other at the loopback address only.
    temporal = await startTcpProxy(cluster.temporalAddress, cluster.hostAddress);
    // With APIG_ALREADY_GONE not set, a removal after a registration that nobody heard of would be tried for ever.
    gateway = await startSimulator({
      host: cluster.hostAddress,
      unknownRemoval: 'success',
      logLevel: 'silent',
    });
    await cluster.images.load(image, `${REPOSITORY}:${await appVersion()}`);
    await applyManifests(cluster.kubeConfig, [
      ...[RELEASE_NAMESPACE, LOST_NAMESPACE, SHOP, OUTSIDE].map(restricted),
      ...service(OUTSIDE, 'temporal', TEMPORAL_PORT, cluster.hostAddress, temporal.port),
      ...service(OUTSIDE, 'gateway', GATEWAY_PORT, cluster.hostAddress, gateway.port),
    ]);
    const shop = hands(cluster.kubeConfig, SHOP);
    // The implementation of all APIs, which nobody calls, and where the gateway is reached.
    await shop.writeSlice('catalog-1', 'catalog', true);
    await shop.createIngress('192.0.2.1');
    return {
      cluster,
      gateway,
      release: new Release(cluster, 'apig', RELEASE_NAMESPACE, options.signal),
      lost: new Release(cluster, 'lost', LOST_NAMESPACE, options.signal),
      pods: new OperatorPods(cluster.kubeConfig, RELEASE_NAMESPACE),
      apis: userApis(cluster.kubeConfig, SHOP),
      namespace: SHOP,
      temporalAddress: `temporal.${OUTSIDE}:${TEMPORAL_PORT}`,
      gatewayEndpoint: `http://gateway.${OUTSIDE}:${GATEWAY_PORT}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function appVersion(): Promise<string> {
  return z.object({ appVersion: z.string() }).parse(parse(await readFile(CHART_YAML, 'utf8'))).appVersion;
}

function restricted(name: string): KubernetesObject {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A Service for a program outside of the cluster. */
function service(
  namespace: string,
  name: string,
  port: number,
  address: string,
  targetPort: number,
): readonly KubernetesObject[] {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'main', port: targetPort, protocol: 'TCP' }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
  const spec = { ports: [{ name: 'main', port, protocol: 'TCP' }] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec } as KubernetesObject,
    slice,
  ];
}
