/** Keys that wait, by group: groups take turns, so that a group with thousands of keys holds up no other. */
export interface Turns {
  /** A key that waits already keeps its place. */
  add(key: string): void;
  /** Takes the key that is next, passing over the groups and keys that are blocked; undefined: there is none. */
  take(isBlocked: (key: string) => boolean, isGroupBlocked?: (group: string) => boolean): string | undefined;
  size(): number;
  clear(): void;
}

export function createTurns(groupOf: (key: string) => string): Turns {
  /** The group whose turn is next comes first. */
  const groups = new Map<string, Set<string>>();
  let size = 0;

  return {
    add(key) {
      const group = groupOf(key);
      const keys = groups.get(group) ?? new Set();
      if (keys.has(key)) return;
      groups.set(group, keys.add(key));
      size += 1;
    },
    take(isBlocked, isGroupBlocked = () => false) {
      for (const [group, keys] of groups) {
        if (isGroupBlocked(group)) continue;
        for (const key of keys) {
          if (isBlocked(key)) continue;
          keys.delete(key);
          size -= 1;
          groups.delete(group);
          if (keys.size > 0) groups.set(group, keys);
          return key;
        }
      }
      return undefined;
    },
    size: () => size,
    clear() {
      groups.clear();
      size = 0;
    },
  };
}
