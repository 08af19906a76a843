import { isAtLeast } from '../../domain/kubernetes/versions.ts';
import type { Clock } from '../clock.ts';

/** How far a reflector has come, for those who must not decide before it has seen their own write. */
export interface Versions {
  /** Everything up to this resource version has been told. */
  note(resourceVersion: string): void;
  /** Has everything up to this resource version been told? */
  hasReached(resourceVersion: string): boolean;
  /** Resolves with true once the version is reached, with false when the time is up or the signal aborted. */
  waitFor(
    resourceVersion: string,
    deadline: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<boolean>;
}

export function createVersions(clock: Clock): Versions {
  const waiting = new Set<() => void>();
  let position: string | undefined;

  function hasReached(resourceVersion: string): boolean {
    return position !== undefined && isAtLeast(position, resourceVersion);
  }

  return {
    hasReached,
    note(resourceVersion) {
      position = resourceVersion;
      for (const look of waiting) look();
    },
    async waitFor(resourceVersion, { ms, signal }) {
      if (hasReached(resourceVersion)) return true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const over = new AbortController();
      const look = (): void => {
        if (hasReached(resourceVersion)) resolve();
      };
      waiting.add(look);
      await Promise.race([promise, clock.sleep(ms, AbortSignal.any([over.signal, signal]))]);
      over.abort();
      waiting.delete(look);
      return hasReached(resourceVersion);
    },
  };
}
