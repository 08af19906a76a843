import type { Clock } from '../src/kubernetes/clock.ts';
import { createPace } from '../src/kubernetes/watch/pace.ts';

/** What was signalled and has not been seen to move yet: so much of one group at once, so that its thousands hold up nobody else. */
export interface InFlight {
  /** Has the group to wait, until something of it moves or its turn comes? */
  isFull(group: string): boolean;
  /** A list has shown it first: it was there before this process, so its workflow may wait for one that was killed. */
  noteFound(key: string): void;
  /**
   * It is signalled now.
   * @param size of its object, in characters. Default: no more than one place takes
   */
  begin(key: string, size?: number): void;
  /** It has moved, or could not be signalled. */
  end(key: string): void;
}

export interface InFlightOptions {
  /** So many places of one group. */
  readonly limit: number;
  /** An object takes one place for each such part of it, in characters. */
  readonly placeSize: number;
  /** While another group has work, too: so many places of one group at once, and then one in `everyMs`. */
  readonly shared: { readonly size: number; readonly everyMs: number };
  /** A group has work for so long after its last signal. Milliseconds. */
  readonly activeMs: number;
  /** What has not moved for so long counts no more: its worker may be away. Milliseconds. */
  readonly patienceMs: number;
  /** The same for what was there before this process, and has not moved since. Milliseconds. */
  readonly foundPatienceMs: number;
  readonly groupOf: (key: string) => string;
  /** Called when there may be room again. */
  readonly onRoom: () => void;
  readonly clock: Clock;
}

/**
 * So many APIs of one namespace are between their signal and what their round writes first. More would only wait in line inside of
 * Temporal and the worker, in front of everybody else's. And where several namespaces have work, one alone leaves room: after a burst of 25
 * it goes on with ten a second. Each write of a large object keeps the API server busy as many small ones do, so it counts as many.
 *
 * A workflow whose worker was killed in the middle of a task stands still until Temporal gives that up, after ten seconds. The next process
 * finds it first, and must not wait for it: else one that is killed every three seconds would get nowhere.
 */
export const IN_FLIGHT = {
  limit: 4,
  placeSize: 64 * 1_024,
  shared: { size: 25, everyMs: 100 },
  activeMs: 10_000,
  patienceMs: 2_000,
  foundPatienceMs: 200,
};

interface Turn {
  readonly places: number;
}

interface Begun {
  readonly group: string;
  readonly at: number;
}

export function createInFlight(
  {
    limit,
    placeSize,
    shared,
    activeMs,
    patienceMs,
    foundPatienceMs,
    groupOf,
    onRoom,
    clock,
  }: InFlightOptions,
  stopped: AbortSignal,
): InFlight {
  const groups = new Map<string, Map<string, Turn>>();
  const found = new Set<string>();
  const pace = createPace({ burst: shared }, () => clock.now());
  /** Groups that a turn of theirs is waited for. */
  const paced = new Set<string>();
  let last: Begun | undefined;
  /** The last of another group than that. */
  let lastOther: Begun | undefined;

  function haveOthersWork(group: string): boolean {
    const other = last?.group === group ? lastOther : last;
    return other !== undefined && clock.now() - other.at < activeMs;
  }

  function note(group: string, places: number): void {
    if (last !== undefined && last.group !== group) lastOther = last;
    last = { group, at: clock.now() };
    // What goes beyond the burst while nobody else has work is nobody's loss, and is not held against it later.
    if (pace.waitMs(group) === 0) pace.note(group, places);
  }

  function hasToPause(group: string): boolean {
    if (paced.has(group)) return true;
    const waitMs = haveOthersWork(group) ? pace.waitMs(group) : 0;
    if (waitMs === 0) return false;
    void pause(group, waitMs);
    return true;
  }

  async function pause(group: string, waitMs: number): Promise<void> {
    paced.add(group);
    await clock.sleep(waitMs, stopped);
    paced.delete(group);
    onRoom();
  }

  function end(key: string, turn?: Turn): void {
    const group = groupOf(key);
    const keys = groups.get(group);
    if (keys === undefined || !keys.has(key)) return;
    if (turn !== undefined && keys.get(key) !== turn) return;
    keys.delete(key);
    if (keys.size === 0) groups.delete(group);
    onRoom();
  }

  function placesTaken(group: string): number {
    return [...(groups.get(group)?.values() ?? [])].reduce((sum, { places }) => sum + places, 0);
  }

  return {
    noteFound: (key) => void found.add(key),
    isFull: (group) => placesTaken(group) >= limit || hasToPause(group),
    begin(key, size = 0) {
      const group = groupOf(key);
      const turn = { places: Math.max(1, Math.ceil(size / placeSize)) };
      groups.set(group, (groups.get(group) ?? new Map<string, Turn>()).set(key, turn));
      note(group, turn.places);
      void clock.sleep(found.has(key) ? foundPatienceMs : patienceMs, stopped).then(() => end(key, turn));
    },
    end(key) {
      found.delete(key);
      end(key);
    },
  };
}
