import { objectMetadata } from '../client/objectMetadata.ts';

/** One difference between two looks at the cluster. Undefined stands for "does not exist". */
export interface Change<T> {
  /** `<namespace>/<name>` */
  readonly key: string;
  /** As last seen; after a deletion the very last state, which a DELETED event carries. */
  readonly previous: T | undefined;
  readonly next: T | undefined;
  /** `list` also reports what has not changed: it is a look at everything, not an event. */
  readonly cause: 'list' | 'watch';
  /** From this version of its kind on the change is to be seen. */
  readonly resourceVersion: string;
}

interface Entry<T> {
  readonly resourceVersion: string;
  readonly item: T;
}

/** What a reflector has seen, trimmed. Changes are handed to `emit` after the store holds them. */
export interface Store<T extends object> {
  put(object: unknown, cause: Change<T>['cause']): void;
  remove(object: unknown): void;
  /** Starts a list: what has been put neither before nor after it when `complete` is called with the list's version, has gone. */
  beginList(): { complete(resourceVersion: string): void };
  get(key: string): T | undefined;
  values(): Iterable<T>;
  readonly size: number;
}

export interface StoreOptions<T extends object> {
  readonly transform: (object: unknown) => T;
  readonly emit: (change: Change<T>) => void;
  /** Told once for each object that cannot be read, until it can. */
  readonly onUnreadable: (key: string, error: unknown) => void;
}

/** An object that cannot be read is passed over: its last readable form stays, and no other object waits for it. */
export function createStore<T extends object>({ transform, emit, onUnreadable }: StoreOptions<T>): Store<T> {
  const entries = new Map<string, Entry<T>>();
  const unreadable = new Set<string>();
  let seen: Set<string> | undefined;

  function complain(key: string, error: unknown): void {
    if (!unreadable.has(key)) onUnreadable(key, error);
    unreadable.add(key);
  }

  function identify(object: unknown): { key: string; resourceVersion: string } | undefined {
    try {
      const { namespace, name, resourceVersion } = objectMetadata(object);
      return { key: `${namespace}/${name}`, resourceVersion };
    } catch (error) {
      complain('(no metadata)', error);
      return undefined;
    }
  }

  function read(key: string, object: unknown): T | undefined {
    try {
      const item = transform(object);
      unreadable.delete(key);
      return item;
    } catch (error) {
      complain(key, error);
      return undefined;
    }
  }

  function drop(
    key: string,
    { cause, resourceVersion }: Pick<Change<T>, 'cause' | 'resourceVersion'>,
    lastState?: T,
  ): void {
    const previous = lastState ?? entries.get(key)?.item;
    unreadable.delete(key);
    if (entries.delete(key)) emit({ key, previous, next: undefined, cause, resourceVersion });
  }

  return {
    put(object, cause) {
      const id = identify(object);
      if (id === undefined) return;
      const { key, resourceVersion } = id;
      seen?.add(key);
      const known = entries.get(key);
      if (cause === 'watch' && known?.resourceVersion === resourceVersion) return;
      const item = read(key, object);
      if (item === undefined) return;
      entries.set(key, { resourceVersion, item });
      emit({ key, previous: known?.item, next: item, cause, resourceVersion });
    },
    remove(object) {
      const id = identify(object);
      if (id === undefined) return;
      const { key, resourceVersion } = id;
      drop(key, { cause: 'watch', resourceVersion }, read(key, object));
    },
    beginList() {
      const listed = new Set<string>();
      seen = listed;
      return {
        complete(resourceVersion) {
          seen = undefined;
          for (const key of entries.keys())
            if (!listed.has(key)) drop(key, { cause: 'list', resourceVersion });
        },
      };
    },
    get: (key) => entries.get(key)?.item,
    *values() {
      for (const { item } of entries.values()) yield item;
    },
    get size() {
      return entries.size;
    },
  };
}
