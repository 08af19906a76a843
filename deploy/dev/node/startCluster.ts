import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { HOST_ADDRESS } from './addresses.ts';
import { configureNode } from './configuration.ts';
import { nodeDaemons } from './daemons.ts';
import { debianPrograms, type DebianPrograms } from './debianPrograms.ts';
import { NodeImages } from './images.ts';
import { NodeNamespaces } from './namespaces.ts';
import { ensureCredentials, NODE_NAME, NODE_USER_NAMES, type NodeUser } from '../stack/credentials.ts';
import { writeKubeconfig } from '../stack/kubeconfig.ts';
import type { OnProgress } from '../stack/progress.ts';
import { startStack, type Stack, type StackOptions } from '../stack/stack.ts';
import { waitUntil } from '../stack/waitUntil.ts';

export interface ClusterOptions extends Omit<StackOptions, 'address'> {
  readonly onProgress: OnProgress;
}

/** The one-machine stack with a node, so that pods run. */
export interface Cluster extends Stack {
  /** What pods call this machine. */
  readonly hostAddress: string;
  readonly kubeConfig: KubeConfig;
  readonly images: NodeImages;
}

/**
 * Starts a control plane and Temporal on this machine, and a node in namespaces of its own. It needs root, Linux, and the programs that
 * whatIsMissing.ts names. One at a time runs on a machine.
 *
 * @throws LocalStackError in one line, after everything that had been started is stopped again.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const namespaces = new NodeNamespaces(options.directory);
  let stack: Stack | undefined;
  const stop = async (): Promise<void> => {
    await stack?.stop();
    await namespaces.close();
  };
  try {
    const programs = await debianPrograms(options.onProgress);
    await namespaces.open();
    const tools = [...NODE_USER_NAMES, 'pause', ...(options.tools ?? [])] as const;
    stack = await startStack({ ...options, address: HOST_ADDRESS, tools });
    return { ...(await addNode(stack, namespaces, programs)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function addNode(
  stack: Stack,
  namespaces: NodeNamespaces,
  programs: DebianPrograms,
): Promise<Omit<Cluster, 'stop'>> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(stack.kubeconfigPath);
  const kubeconfigs = await writeKubeconfigs(stack.directory, kubeConfig);
  const files = await configureNode({
    directory: stack.directory,
    cniFolder: programs.cniFolder,
    kubeconfigs,
  });
  const [ctr = '', containerd = ''] = ['ctr', 'containerd'].map((name) => join(programs.binFolder, name));
  const binaries = {
    containerd,
    kubelet: await stack.binary('kubelet'),
    'kube-scheduler': await stack.binary('kube-scheduler'),
    'kube-proxy': await stack.binary('kube-proxy'),
    coredns: await stack.binary('coredns'),
  };
  const daemons = nodeDaemons({
    directory: stack.directory,
    namespaces,
    binaries,
    kubeconfigs,
    files,
    folders: programs.folders,
  });
  const images = new NodeImages(namespaces, ctr);
  await stack.startChild(await daemons.containerd());
  await images.loadPause(await stack.binary('pause'));
  await Promise.all(
    [daemons.scheduler, daemons.kubelet, daemons.kubeProxy, daemons.coredns].map(
      async (daemon) => await stack.startChild(await daemon()),
    ),
  );
  await untilReady(kubeConfig);
  return { ...stack, hostAddress: HOST_ADDRESS, kubeConfig, images };
}

/** One for each of the node's users, at the API server that the administrator uses. */
async function writeKubeconfigs(
  directory: string,
  administrator: KubeConfig,
): Promise<Readonly<Record<NodeUser, string>>> {
  const { server = '', caData = '' } = administrator.getCurrentCluster() ?? {};
  const { nodeTokens } = await ensureCredentials(directory);
  const ca = Buffer.from(caData, 'base64').toString();
  const pathOf = (user: NodeUser): string => join(directory, `${user}-kubeconfig.yaml`);
  for (const user of NODE_USER_NAMES) {
    const token = nodeTokens[user];
    await writeKubeconfig(pathOf(user), { server, ca, user, token, namespace: 'default' });
  }
  return {
    kubelet: pathOf('kubelet'),
    'kube-scheduler': pathOf('kube-scheduler'),
    'kube-proxy': pathOf('kube-proxy'),
    coredns: pathOf('coredns'),
  };
}

async function untilReady(kubeConfig: KubeConfig): Promise<void> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  await waitUntil(
    async () => {
      const { status } = await core.readNode({ name: NODE_NAME });
      return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
    },
    { what: 'the node should have become Ready', timeoutMs: 60_000, intervalMs: 200 },
  );
}
