import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalStackError } from '../stack/localStackError.ts';
import { cacheDirectory } from '../stack/locateBinary.ts';
import type { OnProgress } from '../stack/progress.ts';
import { lastLine, runTool } from '../stack/runTool.ts';
import { withWorkDirectory } from '../stack/workDirectory.ts';

const PACKAGES = ['containerd', 'runc', 'containernetworking-plugins'] as const;

export interface DebianPrograms {
  /** Of containerd and its tool ctr. */
  readonly binFolder: string;
  /** For PATH: what containerd starts. */
  readonly folders: readonly string[];
  /** Folder of the plugins that connect pods. */
  readonly cniFolder: string;
}

/**
 * What runs the containers, from Debian's packages, unpacked into the cache. Nothing is installed.
 *
 * @throws LocalStackError when Debian's archive cannot be reached.
 */
export async function debianPrograms(onProgress: OnProgress): Promise<DebianPrograms> {
  const environment = process.env;
  const root = join(cacheDirectory(environment), 'debian');
  const onWait = (): void =>
    onProgress({ part: 'containerd', state: 'working', detail: 'another process fetches it, waiting' });
  if (!existsSync(root))
    await withWorkDirectory({ environment, lock: 'debian-packages', onWait }, async (directory) => {
      if (existsSync(root)) return;
      onProgress({ part: 'containerd', state: 'working', detail: `downloading ${PACKAGES.join(', ')}` });
      await rename(await unpack(directory), root);
    });
  onProgress({ part: 'containerd', state: 'found', detail: `${root} (Debian)` });
  const binFolder = join(root, 'usr/bin');
  return {
    binFolder,
    folders: [binFolder, join(root, 'usr/sbin')],
    cniFolder: join(root, 'usr/lib/cni'),
  };
}

async function unpack(directory: string): Promise<string> {
  // The lists of packages may be missing, or name versions that the archive no longer has.
  if (!(await download(directory))) {
    await runTool('apt-get', ['update', '-qq']);
    if (!(await download(directory)))
      throw new LocalStackError(
        `apt-get could not download ${PACKAGES.join(', ')}: the node needs Debian's archive once.`,
      );
  }
  const target = join(directory, 'unpacked');
  await mkdir(target);
  for (const file of await readdir(directory)) {
    if (!file.endsWith('.deb')) continue;
    const { code, stderr } = await runTool('dpkg', ['-x', join(directory, file), target]);
    if (code !== 0) throw new LocalStackError(`dpkg could not unpack ${file}: ${lastLine(stderr)}`);
  }
  return target;
}

async function download(directory: string): Promise<boolean> {
  const run = { cwd: directory, environment: process.env };
  return (await runTool('apt-get', ['download', '-qq', ...PACKAGES], run)).code === 0;
}
