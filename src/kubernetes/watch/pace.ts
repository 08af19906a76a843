/** How often one key may be handled. */
export interface PaceOptions {
  /** Milliseconds from one handling of a key to the next of the same key, at least. Default: 0. */
  readonly spacingMs?: number;
  /**
   * So many handlings of one key may come at that spacing; each gives its place back after `everyMs`. A key that has none left is
   * handled once in `everyMs`, and fast again when it has been quiet. Default: no such limit.
   */
  readonly burst?: { readonly size: number; readonly everyMs: number };
}

/** Remembers how often keys were handled, and no key longer than that matters. */
export interface Pace {
  /** Milliseconds until the key may be handled; 0: now. */
  waitMs(key: string): number;
  /** @param places of the burst that it takes. Default: one */
  note(key: string, places?: number): void;
  /** It came to nothing, so it does not count towards the burst. */
  takeBack(key: string): void;
}

interface Handled {
  readonly at: number;
  /** Places of the burst that were left then, whole or in part. */
  readonly left: number;
}

/** @param now milliseconds */
export function createPace({ spacingMs = 0, burst }: PaceOptions, now: () => number): Pace {
  const { size, everyMs } = burst ?? { size: Infinity, everyMs: 1 };
  /** The longest ago first. */
  const keys = new Map<string, Handled>();

  function left(handled: Handled | undefined): number {
    return handled === undefined ? size : Math.min(size, handled.left + (now() - handled.at) / everyMs);
  }

  /** Stops at the first that still matters: it is seen to again by the next call. */
  function forget(): void {
    for (const [key, handled] of keys) {
      if (now() - handled.at < spacingMs || left(handled) < size) return;
      keys.delete(key);
    }
  }

  return {
    waitMs(key) {
      forget();
      const handled = keys.get(key);
      if (handled === undefined) return 0;
      const missing = Math.max(0, 1 - left(handled));
      const forPlace = missing === 0 ? 0 : missing * everyMs;
      return Math.max(0, Math.ceil(Math.max(handled.at + spacingMs - now(), forPlace)));
    },
    note(key, places = 1) {
      const handled = { at: now(), left: left(keys.get(key)) - places };
      keys.delete(key);
      keys.set(key, handled);
    },
    takeBack(key) {
      const handled = keys.get(key);
      if (handled !== undefined) keys.set(key, { ...handled, left: Math.min(size, handled.left + 1) });
    },
  };
}
