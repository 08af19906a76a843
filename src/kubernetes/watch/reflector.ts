import { retryAfterMs } from '../client/apiServer.ts';
import { isGone, isNotFound, isRefused, withAdvice } from '../client/errors.ts';
import type { ListWatch } from './listWatch.ts';
import { describeError, type Logger } from '../../telemetry/logger.ts';
import { backoffMs, FULL_JITTER, type Backoff } from '../../domain/kubernetes/backoff.ts';
import type { Clock } from '../clock.ts';
import { createPageSize } from './pageSize.ts';
import { createRelistRequests } from './relistRequests.ts';
import { type Change, createStore, type Store } from './store.ts';
import { followWatch, type NewsEvent } from './followWatch.ts';

export interface ReflectorHealth {
  readonly name: string;
  /** False while the cluster does not serve the kind; undefined while that is not known. */
  readonly served: boolean | undefined;
  /** Has everything there is been listed? */
  readonly synced: boolean;
  /** Since when events may be missing, in milliseconds since the epoch; undefined while a watch is open. */
  readonly staleSince: number | undefined;
  readonly lastError: string | undefined;
}

export interface Reflector<T extends object> {
  readonly items: Pick<Store<T>, 'get' | 'values' | 'size'>;
  start(): void;
  /** Resolves when the last request has ended. */
  stop(): Promise<void>;
  /**
   * Looks at everything anew, even where the watch is well. Resolves after the next list that was begun after the call, on stop, and
   * where the kind is not served.
   * @throws what refuses that list (401, 403); other errors are waited out
   */
  relist(): Promise<void>;
  /** Is there nothing of this kind just now? Asks the server, for one object at most, where nothing is known. */
  isEmpty(): Promise<boolean>;
  /** Resolves once the first list is complete or the kind is known not to be served, or on stop. */
  settled(): Promise<void>;
  health(): ReflectorHealth;
}

export interface ReflectorOptions<T extends object> {
  /** For health and logs, such as "exposedapis in shop". */
  readonly name: string;
  /** Asked before every list, so that a kind that appears, goes or changes its version is followed. Undefined: not served. */
  readonly source: () => Promise<ListWatch | undefined>;
  readonly transform: (object: unknown) => T;
  /** Told of every difference; expected only to note it. */
  readonly onChange: (change: Change<T>) => void;
  /** Told that every difference up to this resource version has been told. Default: nobody asks. */
  readonly onProgress?: ((resourceVersion: string) => void) | undefined;
  /** Told that the cluster does not serve the kind, or not any more. Default: nobody asks. */
  readonly onUnserved?: (() => void) | undefined;
  /** Told that a watch has ended, however it did: the API server ends them, too, when it changes how a kind is served. */
  readonly onWatchEnd?: (() => void) | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly backoff?: Backoff;
  readonly pageSize?: number;
}

const BACKOFF: Backoff = { baseMs: 500, maxMs: 30_000, jitter: FULL_JITTER };
/** For a kind that is not served: nothing is wrong, and it may stay so for good; each look is a request for every version of the group. */
const UNSERVED_BACKOFF: Backoff = { baseMs: 500, maxMs: 180_000, jitter: 0.25 };
const PAGE_SIZE = 500;
/** A watch that fails again and again without bringing anything is no longer trusted; a list starts it afresh. */
const WATCH_FAILURES_BEFORE_LIST = 5;

/**
 * Keeps a copy of one kind and tells what changes, for as long as it runs: no error ends it.
 * Lists in pages, watches with bookmarks, and lists again when the server has forgotten where the watch stood.
 */
export function createReflector<T extends object>(options: ReflectorOptions<T>): Reflector<T> {
  const { name, source, logger, clock, onProgress, backoff = BACKOFF, pageSize = PAGE_SIZE } = options;
  const stopping = new AbortController();
  const firstList = Promise.withResolvers<void>();
  const relists = createRelistRequests();
  const size = createPageSize(pageSize);
  let running: Promise<void> = Promise.resolve();
  let current: ListWatch | undefined;
  let failures = 0;
  let health: ReflectorHealth = {
    name,
    served: undefined,
    synced: false,
    staleSince: clock.now(),
    lastError: undefined,
  };

  const store = createStore<T>({
    transform: options.transform,
    emit: (change) => {
      try {
        options.onChange(change);
      } catch (error) {
        logger.error(
          { reflector: name, key: change.key, error: describeError(error) },
          'A change could not be handled',
        );
      }
    },
    onUnreadable: (key, error) => {
      logger.warn(
        { reflector: name, key, error: describeError(error) },
        'An object cannot be read and is passed over',
      );
    },
  });

  const isStopped = (): boolean => stopping.signal.aborted;

  function noteConnected(): void {
    if (health.lastError !== undefined) logger.info({ reflector: name }, 'Watching again');
    health = { ...health, served: true, synced: true, staleSince: undefined, lastError: undefined };
  }

  async function waitAfter(error: unknown): Promise<void> {
    failures += 1;
    const lastError = withAdvice(error);
    // Each kind has a reflector, and each would say the same again at every try.
    const isNews = lastError !== health.lastError;
    const staleSince = health.staleSince ?? clock.now();
    const served = isNotFound(error) ? false : health.served;
    health = { ...health, served, staleSince, lastError };
    const askedFor = retryAfterMs(error, clock.now()) ?? 0;
    const waitMs = Math.max(askedFor, backoffMs(backoff, failures, clock.random()));
    logger[isNews ? 'warn' : 'debug'](
      { reflector: name, error: lastError, failures, waitMs },
      'Watching failed and is tried again',
    );
    await clock.sleep(waitMs, stopping.signal);
  }

  async function waitUntilServed(): Promise<void> {
    if (health.served !== false) options.onUnserved?.();
    failures += 1;
    health = { ...health, served: false, synced: false, staleSince: health.staleSince ?? clock.now() };
    firstList.resolve();
    relists.resolveAll();
    const wanted = AbortSignal.any([stopping.signal, relists.wanted()]);
    await clock.sleep(backoffMs(UNSERVED_BACKOFF, failures, clock.random()), wanted);
  }

  function take(event: NewsEvent): void {
    if (event.type === 'DELETED') store.remove(event.object);
    else if (event.type !== 'BOOKMARK') store.put(event.object, 'watch');
  }

  async function list(from: ListWatch): Promise<string> {
    const asked = relists.begin();
    try {
      const listed = store.beginList();
      let next: string | undefined;
      let resourceVersion: string;
      do {
        const page = await from.listPage({ limit: size.current(), next }, stopping.signal);
        size.note(page.items.length, page.bytes);
        for (const item of page.items) store.put(item, 'list');
        ({ next, resourceVersion } = page);
      } while (next !== undefined);
      listed.complete(resourceVersion);
      onProgress?.(resourceVersion);
      health = { ...health, served: true, synced: true };
      firstList.resolve();
      asked.done();
      return resourceVersion;
    } catch (error) {
      asked.failed(error, isRefused(error));
      throw error;
    }
  }

  /** Returns when a list is due; throws only what a list would meet, too. */
  async function watch(from: ListWatch, listedAt: string): Promise<void> {
    let resourceVersion = listedAt;
    let fruitless = 0;
    const ended = AbortSignal.any([stopping.signal, relists.wanted()]);
    while (!ended.aborted) {
      try {
        await followWatch(from, resourceVersion, {
          clock,
          signal: ended,
          onOpen: noteConnected,
          onEvent: (event, version) => {
            resourceVersion = version;
            failures = 0;
            fruitless = 0;
            take(event);
            onProgress?.(version);
          },
        });
        failures = 0;
        fruitless = 0;
      } catch (error) {
        if (ended.aborted) return;
        fruitless += 1;
        if (isGone(error) || isNotFound(error) || fruitless >= WATCH_FAILURES_BEFORE_LIST) throw error;
        await waitAfter(error);
      } finally {
        options.onWatchEnd?.();
      }
    }
  }

  async function run(): Promise<void> {
    while (!isStopped()) {
      try {
        const from = await source();
        current = from;
        if (from === undefined) await waitUntilServed();
        else await watch(from, await list(from));
      } catch (error) {
        if (!isStopped()) await waitAfter(error);
      }
    }
  }

  return {
    items: store,
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
      firstList.resolve();
      relists.resolveAll();
    },
    relist() {
      return isStopped() ? Promise.resolve() : relists.add();
    },
    async isEmpty() {
      if (store.size > 0 || current === undefined) return false;
      const { items } = await current.listPage({ limit: 1, next: undefined }, stopping.signal);
      return items.length === 0;
    },
    settled: () => firstList.promise,
    health: () => health,
  };
}
