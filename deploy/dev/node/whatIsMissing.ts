import { existsSync } from 'node:fs';
import { runTool } from '../stack/runTool.ts';

/** Programs of the machine that a node needs, with what makes each tell its version, and where it comes from. */
const PROGRAMS: readonly (readonly [program: string, argument: string, source: string])[] = [
  ['go', 'version', 'https://go.dev/dl'],
  ['podman', '--version', 'Debian: apt-get install podman'],
  ['nft', '--version', 'Debian: apt-get install nftables'],
  ['ip', '-Version', 'Debian: apt-get install iproute2'],
  ['nsenter', '--version', 'Debian: apt-get install util-linux'],
  // They fetch and unpack containerd, runc and the plugins of the network.
  ['apt-get', '--version', 'a node is for Debian and its kin'],
  ['dpkg', '--version', 'a node is for Debian and its kin'],
];

/** Why no node can be started on this machine, as a sentence; undefined where one can. */
export async function whatIsMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a node needs Linux.';
  if (process.getuid?.() !== 0) return 'a node needs root, for namespaces and the network between them.';
  if (!existsSync('/sys/fs/cgroup')) return 'a node needs control groups, at /sys/fs/cgroup.';
  for (const [program, argument, source] of PROGRAMS) {
    const { code } = await runTool(program, [argument]);
    if (code !== 0) return `a node needs ${program} (${source}).`;
  }
  const { code } = await runTool('unshare', ['--fork', '--pid', '--mount', '--net', 'true']);
  return code === 0 ? undefined : 'a node needs namespaces of its own, which this machine does not allow.';
}
