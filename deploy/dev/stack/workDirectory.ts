import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, type Environment } from './locateBinary.ts';
import { withLock } from './withLock.ts';

export interface WorkOptions {
  readonly environment: Environment;
  /** One process of this machine at a time works under a name. */
  readonly lock: string;
  /** Told once, when another process works under the name. */
  readonly onWait: () => void;
}

/**
 * Runs `work` with a folder of its own in the cache, on the same disk as what is kept there, so that the result can be moved to its
 * place in one step and no half of one is ever found. The folder goes in the end; one that a crash left goes first.
 */
export async function withWorkDirectory<T>(
  { environment, lock, onWait }: WorkOptions,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const cache = cacheDirectory(environment);
  await mkdir(cache, { recursive: true });
  return await withLock(join(cache, lock), { onWait }, async () => {
    const prefix = `making-${lock}.`;
    const left = (await readdir(cache)).filter((entry) => entry.startsWith(prefix));
    await Promise.all(left.map(async (entry) => await remove(join(cache, entry))));
    const directory = await mkdtemp(join(cache, prefix));
    try {
      return await work(directory);
    } finally {
      await remove(directory);
    }
  });
}

async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
