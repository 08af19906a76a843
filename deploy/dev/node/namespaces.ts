import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOST_ADDRESS, LINK, NODE_ADDRESS, POD_RANGE, PREFIX } from './addresses.ts';
import { makeCgroups, removeCgroups } from './cgroups.ts';
import { Child } from '../stack/child.ts';
import { LocalStackError } from '../stack/localStackError.ts';
import { lastLine, runTool } from '../stack/runTool.ts';

const SCRIPT = fileURLToPath(new URL('node.sh', import.meta.url));

/** The walls of the node: namespaces of its own for processes, mounts and network, and a group for its pods. */
export class NodeNamespaces {
  /** What the node has as /run, /var/lib and /var/log, and the id of its first process. */
  readonly root: string;
  readonly #holder: Child;

  constructor(directory: string) {
    this.root = join(directory, 'node');
    this.#holder = new Child({
      name: 'node',
      command: 'unshare',
      args: ['--fork', '--kill-child', '--pid', '--mount', '--net', '/bin/sh', SCRIPT, this.root],
      logFile: join(directory, 'logs', 'node.log'),
      isHealthy: async () => (await this.pid()) > 0,
      // With its first process the kernel ends all others, so there is nothing to wait for.
      stopTimeoutMs: 0,
    });
  }

  /** Of the first process of the node, as this machine counts. */
  async pid(): Promise<number> {
    return Number(await readFile(join(this.root, 'pid'), 'utf8'));
  }

  /** The command that runs a program in the node. */
  async enter(command: string, args: readonly string[]): Promise<{ command: string; args: string[] }> {
    const target = String(await this.pid());
    return {
      command: 'nsenter',
      args: ['--target', target, '--mount', '--net', '--pid', '--', command, ...args],
    };
  }

  /** Removes what a run that was killed has left, and opens new ones. @throws LocalStackError */
  async open(): Promise<void> {
    await this.#clear();
    await rm(this.root, { recursive: true, force: true });
    await makeCgroups();
    await this.#holder.start();
    const node = String(await this.pid());
    const inside = async (...args: string[]): Promise<void> =>
      await run('nsenter', '-t', node, '-n', ...args);
    await run('ip', 'link', 'add', LINK, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node);
    await run('ip', 'address', 'add', `${HOST_ADDRESS}/${PREFIX}`, 'dev', LINK);
    await run('ip', 'link', 'set', LINK, 'up');
    await inside('ip', 'address', 'add', `${NODE_ADDRESS}/${PREFIX}`, 'dev', 'eth0');
    await inside('ip', 'link', 'set', 'eth0', 'up');
    await inside('ip', 'route', 'add', 'default', 'via', HOST_ADDRESS);
    // Pods are answered under their own addresses.
    await run('ip', 'route', 'add', POD_RANGE, 'via', NODE_ADDRESS);
  }

  /** Ends every process of the node; nothing of it is left on this machine. */
  async close(): Promise<void> {
    await this.#holder.stop();
    await this.#clear();
  }

  async #clear(): Promise<void> {
    // Its routes go with it. Mostly it has gone with the other end.
    await runTool('ip', ['link', 'delete', LINK]);
    await removeCgroups();
  }
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await runTool(command, args);
  if (code !== 0) throw new LocalStackError(`${command} ${args.join(' ')} failed: ${lastLine(stderr)}`);
}
