import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import lockfile from 'proper-lockfile';

export interface LockOptions {
  /** Told once, when somebody else holds the lock. */
  readonly onWait: () => void;
  /** Milliseconds without a sign of life after which the holder counts as dead. Default 10 000. */
  readonly stale?: number;
}

/** Runs `work` while no other process of this machine does so under the same path; a crashed holder is outlived. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const settings = {
    realpath: false,
    stale: options.stale ?? 10_000,
    // A machine that slept may lose the lock: what is done under it is harmless when done twice.
    onCompromised: () => undefined,
  };
  const release = await lockfile.lock(path, settings).catch(async (error: unknown) => {
    if (!isHeldByAnother(error)) throw error;
    options.onWait();
    return await lockfile.lock(path, {
      ...settings,
      retries: { forever: true, minTimeout: 200, maxTimeout: 1000 },
    });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

function isHeldByAnother(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}
