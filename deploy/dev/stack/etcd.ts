import { join } from 'node:path';
import { Child, type OnUnexpectedExit } from './child.ts';
import { probe } from './probe.ts';

export interface EtcdOptions {
  readonly binary: string;
  readonly directory: string;
  readonly clientPort: number;
  readonly peerPort: number;
  readonly onUnexpectedExit: OnUnexpectedExit;
}

/** The store of the control plane: one member, without waiting for the disk, which only a power cut would punish. */
export function etcd(options: EtcdOptions): Child {
  const client = `http://127.0.0.1:${options.clientPort}`;
  const peer = `http://127.0.0.1:${options.peerPort}`;
  return new Child({
    name: 'etcd',
    command: options.binary,
    args: [
      '--name=stack',
      `--data-dir=${join(options.directory, 'etcd')}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=stack=${peer}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    logFile: join(options.directory, 'logs', 'etcd.log'),
    isHealthy: async () => (await probe(`${client}/health`)) === 200,
    onUnexpectedExit: options.onUnexpectedExit,
  });
}
