import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { NODE_ADDRESS, POD_RANGE } from './addresses.ts';
import { CGROUP } from './cgroups.ts';
import { NODE_NAME } from '../stack/credentials.ts';

/** Name of the image of the process that holds the namespaces of a pod. */
export const PAUSE_IMAGE = 'localhost/apig-pause:1';
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';

export interface NodeFiles {
  readonly containerd: string;
  readonly kubelet: string;
  readonly kubeProxy: string;
  readonly coredns: string;
}

export interface NodeFacts {
  /** For the files. */
  readonly directory: string;
  readonly cniFolder: string;
  readonly kubeconfigs: Readonly<Record<'kube-proxy' | 'coredns', string>>;
}

/** Writes what the programs of the node read at their start. */
export async function configureNode(facts: NodeFacts): Promise<NodeFiles> {
  const { directory, kubeconfigs } = facts;
  const cni = join(directory, 'cni');
  await mkdir(cni, { recursive: true });
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  };
  await write('cni/node.conflist', JSON.stringify(POD_NETWORK));
  return {
    containerd: await write('containerd.toml', containerd(facts.cniFolder, cni)),
    kubelet: await write('kubelet.yaml', stringify(kubelet(join(directory, 'volume-plugins')))),
    kubeProxy: await write('kube-proxy.yaml', stringify(kubeProxy(kubeconfigs['kube-proxy']))),
    coredns: await write('Corefile', corefile(kubeconfigs.coredns)),
  };
}

/** Routed, not bridged: without the kernel's br_netfilter a bridge would lead Services past kube-proxy. */
const POD_NETWORK = {
  cniVersion: '1.0.0',
  name: NODE_NAME,
  plugins: [
    {
      type: 'ptp',
      ipam: { type: 'host-local', ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
};

/** Without the capability to make a process less likely to be killed for its memory, which a container does not have either. */
function containerd(cniFolder: string, cniConfiguration: string): string {
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniFolder}"
    conf_dir = "${cniConfiguration}"
`;
}

/** Nobody but this machine and its pods reaches the kubelet, so it asks nobody who they are. */
function kubelet(volumePluginDir: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    healthzBindAddress: NODE_ADDRESS,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${CGROUP}`,
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    clusterDNS: [NODE_ADDRESS],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    // Only for ports of the host, which no pod has.
    makeIPTablesUtilChains: false,
    volumePluginDir,
    // No image can be pulled again.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  };
}

/** The limits of connections are the machine's, and may not be set from within. */
function kubeProxy(kubeconfig: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig },
    clusterCIDR: POD_RANGE,
    hostnameOverride: NODE_NAME,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

/** It knows the names of the cluster and no others. */
function corefile(kubeconfig: string): string {
  return `cluster.local in-addr.arpa {
  errors
  ready
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig}
  }
}
`;
}
