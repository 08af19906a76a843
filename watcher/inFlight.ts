import type { Clock } from '../src/kubernetes/clock.ts';

/** What was signalled and has not been seen to move yet: so much of one group at once, so that its thousands hold up nobody else. */
export interface InFlight {
  /** Has the group to wait until something of it moves? */
  isFull(group: string): boolean;
  /** It is signalled now. */
  begin(key: string): void;
  /** It has moved, or could not be signalled. */
  end(key: string): void;
}

export interface InFlightOptions {
  /** So many of one group. */
  readonly limit: number;
  /** What has not moved for so long counts no more: its worker may be away. Milliseconds. */
  readonly patienceMs: number;
  readonly groupOf: (key: string) => string;
  /** Called when there may be room again. */
  readonly onRoom: () => void;
  readonly clock: Clock;
}

export function createInFlight(
  { limit, patienceMs, groupOf, onRoom, clock }: InFlightOptions,
  stopped: AbortSignal,
): InFlight {
  const groups = new Map<string, Map<string, symbol>>();

  function end(key: string, turn?: symbol): void {
    const group = groupOf(key);
    const keys = groups.get(group);
    if (keys === undefined || !keys.has(key)) return;
    if (turn !== undefined && keys.get(key) !== turn) return;
    keys.delete(key);
    if (keys.size === 0) groups.delete(group);
    onRoom();
  }

  return {
    isFull: (group) => (groups.get(group)?.size ?? 0) >= limit,
    begin(key) {
      const group = groupOf(key);
      const turn = Symbol(key);
      groups.set(group, (groups.get(group) ?? new Map<string, symbol>()).set(key, turn));
      void clock.sleep(patienceMs, stopped).then(() => end(key, turn));
    },
    end: (key) => end(key),
  };
}
