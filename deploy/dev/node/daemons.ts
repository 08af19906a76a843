import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_ADDRESS } from './addresses.ts';
import { CONTAINERD_SOCKET, type NodeFiles } from './configuration.ts';
import type { NodeNamespaces } from './namespaces.ts';
import type { ChildSpec } from '../stack/child.ts';
import { NODE_NAME, type NodeUser } from '../stack/credentials.ts';
import { probe } from '../stack/probe.ts';

export interface DaemonsOptions {
  readonly directory: string;
  readonly namespaces: NodeNamespaces;
  readonly binaries: Readonly<Record<NodeUser | 'containerd', string>>;
  readonly kubeconfigs: Readonly<Record<NodeUser, string>>;
  readonly files: NodeFiles;
  /** Folders for PATH, with the programs that containerd starts. */
  readonly folders: readonly string[];
}

type Daemon = () => Promise<ChildSpec>;

/** The programs of a node; and kube-scheduler, which a control plane has for nodes only. */
export interface Daemons {
  readonly containerd: Daemon;
  readonly kubelet: Daemon;
  readonly kubeProxy: Daemon;
  readonly coredns: Daemon;
  readonly scheduler: Daemon;
}

export function nodeDaemons(options: DaemonsOptions): Daemons {
  const { directory, namespaces, binaries, kubeconfigs, files } = options;
  const environment = { ...process.env, PATH: [...options.folders, process.env['PATH']].join(':') };
  const logFile = (name: string): string => join(directory, 'logs', `${name}.log`);
  const inNode =
    (name: keyof typeof binaries, args: readonly string[], isHealthy: ChildSpec['isHealthy']): Daemon =>
    async () => ({
      name,
      ...(await namespaces.enter(binaries[name], args)),
      environment,
      logFile: logFile(name),
      isHealthy,
      // Its parent, which entered the node, does not hand signals on.
      stopTimeoutMs: 0,
    });
  const kubelet = [
    `--config=${files.kubelet}`,
    `--kubeconfig=${kubeconfigs.kubelet}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
  ];
  return {
    containerd: inNode('containerd', [`--config=${files.containerd}`], async () =>
      existsSync(join(namespaces.root, CONTAINERD_SOCKET)),
    ),
    kubelet: inNode('kubelet', kubelet, answers('10248/healthz')),
    kubeProxy: inNode('kube-proxy', [`--config=${files.kubeProxy}`], answers('10256/healthz')),
    coredns: inNode('coredns', [`-conf=${files.coredns}`], answers('8181/ready')),
    scheduler: async () => ({
      name: 'kube-scheduler',
      command: binaries['kube-scheduler'],
      args: [`--kubeconfig=${kubeconfigs['kube-scheduler']}`, '--leader-elect=false', '--secure-port=0'],
      logFile: logFile('kube-scheduler'),
      // Whether it works is seen by the pods.
      isHealthy: async () => true,
    }),
  };
}

function answers(path: string): ChildSpec['isHealthy'] {
  return async () => (await probe(`http://${NODE_ADDRESS}:${path}`)) === 200;
}
