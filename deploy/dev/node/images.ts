import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAUSE_IMAGE } from './configuration.ts';
import type { NodeNamespaces } from './namespaces.ts';
import { LocalStackError } from '../stack/localStackError.ts';
import { lastLine, runTool } from '../stack/runTool.ts';

const PAUSE_DOCKERFILE = fileURLToPath(new URL('../stack/go/kubernetes/pause/Dockerfile', import.meta.url));

/** The images of a node, which pulls none: they come from podman's store on this machine. */
export class NodeImages {
  readonly #namespaces: NodeNamespaces;
  readonly #ctr: string;

  constructor(namespaces: NodeNamespaces, ctr: string) {
    this.#namespaces = namespaces;
    this.#ctr = ctr;
  }

  /** @param name in podman's store, and in the node unless it gets another there */
  async load(name: string, nameInNode = name): Promise<void> {
    const archive = join(this.#namespaces.root, 'image.tar');
    await rm(archive, { force: true });
    await run('podman', ['save', '--quiet', '--format=docker-archive', `--output=${archive}`, name]);
    await this.#ctrRun('import', archive);
    if (nameInNode !== name) await this.#ctrRun('tag', name, nameInNode);
    await rm(archive);
  }

  /** The image that holds the namespaces of each pod. */
  async loadPause(binary: string): Promise<void> {
    await run('podman', [
      'build',
      '--quiet',
      `--tag=${PAUSE_IMAGE}`,
      `--file=${PAUSE_DOCKERFILE}`,
      dirname(binary),
    ]);
    await this.load(PAUSE_IMAGE);
  }

  async #ctrRun(...args: readonly string[]): Promise<void> {
    const { command, args: all } = await this.#namespaces.enter(this.#ctr, [
      '--namespace=k8s.io',
      'images',
      ...args,
    ]);
    await run(command, all);
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runTool(command, args);
  if (code !== 0) throw new LocalStackError(`${command} ${args.join(' ')} failed: ${lastLine(stderr)}`);
}
