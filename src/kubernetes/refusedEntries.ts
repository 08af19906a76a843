import { isSameEntry, type ComponentEntry } from '../domain/component/entry.ts';
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
