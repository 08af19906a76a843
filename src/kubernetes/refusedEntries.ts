import { isSameEntry, type ComponentEntry } from '../domain/component/entry.ts';
import { isUnprocessable } from './client/errors.ts';
import type { Clock } from './clock.ts';

/** Remembers what the API server refused, so that nobody asks for the same again and again. */
export interface RefusedEntries {
  /** @throws the refusal, while it stands for just this entry */
  check(id: string, entry: ComponentEntry): void;
  note(id: string, entry: ComponentEntry, error: unknown): void;
  forget(id: string): void;
}

/** Whoever is refused is told to come back after a minute; what mends the cause is not to wait for longer than that. */
const PAUSE_MS = 30_000;
const MAX_REMEMBERED = 1_000;

export function createRefusedEntries(clock: Pick<Clock, 'now'>): RefusedEntries {
  const refused = new Map<
    string,
    { readonly entry: ComponentEntry; readonly error: unknown; readonly until: number }
  >();
  return {
    check(id, entry) {
      const known = refused.get(id);
      if (known === undefined || !isSameEntry(known.entry, entry)) return;
      if (clock.now() < known.until) throw known.error;
      refused.delete(id);
    },
    note(id, entry, error) {
      refused.delete(id);
      refused.set(id, { entry, error, until: clock.now() + PAUSE_MS });
      const [oldest] = refused.keys();
      if (refused.size > MAX_REMEMBERED && oldest !== undefined) refused.delete(oldest);
    },
    forget: (id) => void refused.delete(id),
  };
}

/** Tells the refusal of a write that stands from a test in it that did not hold, for the API server says 422 to both. */
export interface RefusalTrack {
  note(error: unknown, resourceVersion: string | undefined): void;
  /** @throws the refusal, where the object is still in the version that it was about: nobody has changed anything since */
  look(resourceVersion: string | undefined): void;
  isStanding(error: unknown): boolean;
}

export function createRefusalTrack(): RefusalTrack {
  let last: { readonly error: unknown; readonly resourceVersion: string } | undefined;
  let standing: unknown;
  return {
    note(error, resourceVersion) {
      if (isUnprocessable(error) && resourceVersion !== undefined) last = { error, resourceVersion };
    },
    look(resourceVersion) {
      if (last === undefined || last.resourceVersion !== resourceVersion) return;
      standing = last.error;
      throw standing;
    },
    isStanding: (error) => standing !== undefined && error === standing,
  };
}
