import { describeError, type Logger } from '../../telemetry/logger.ts';
import { backoffMs, FULL_JITTER, type Backoff } from '../../domain/kubernetes/backoff.ts';
import type { Clock } from '../clock.ts';
import { createPace, type PaceOptions } from './pace.ts';
import { createTurns } from './turns.ts';

export interface WorkQueue {
  /** Has the key handled at some time after this call; a key that is already waiting is not queued twice. */
  add(key: string): void;
  /** A full group may have room again. */
  resume(): void;
  /** Resolves when nothing is queued, running or waiting for another try. */
  drained(): Promise<void>;
  /** Takes nothing more; resolves when what is running has ended. */
  stop(): Promise<void>;
  health(): { readonly size: number; readonly failing: number; readonly lastError: string | undefined };
}

export interface WorkQueueOptions extends PaceOptions {
  readonly handle: (key: string) => Promise<void>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly concurrency?: number;
  readonly backoff?: Backoff;
  /** Groups of keys take turns. Default: all are one group. */
  readonly groupOf?: (key: string) => string;
  /** Nothing more of the group is handled for now; `resume` tells when to ask again. Default: never. */
  readonly isGroupFull?: (group: string) => boolean;
}

const BACKOFF: Backoff = { baseMs: 500, maxMs: 30_000, jitter: FULL_JITTER };
const CONCURRENCY = 16;

/**
 * One key is never handled twice at once, and one that fails is tried again for ever without holding up others.
 * A key added while it is being handled is handled once more afterwards, since what it stands for may have changed.
 */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { handle, logger, clock, concurrency = CONCURRENCY, backoff = BACKOFF } = options;
  const stopping = new AbortController();
  const queued = createTurns(options.groupOf ?? (() => ''));
  const pace = createPace(options, () => clock.now());
  const running = new Map<string, Promise<void>>();
  const delayed = new Set<string>();
  const failures = new Map<string, number>();
  let lastError: string | undefined;
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  function isIdle(): boolean {
    return queued.size() + running.size + delayed.size === 0;
  }

  function fill(): void {
    while (!stopping.signal.aborted && running.size < concurrency) {
      const key = queued.take((one) => running.has(one) || delayed.has(one), options.isGroupFull);
      if (key === undefined) break;
      const waitMs = pace.waitMs(key);
      if (waitMs > 0) addAfter(key, waitMs);
      else running.set(key, run(key));
    }
    if (isIdle()) idle.resolve();
  }

  async function run(key: string): Promise<void> {
    pace.note(key);
    try {
      await handle(key);
      failures.delete(key);
      if (failures.size === 0) lastError = undefined;
    } catch (error) {
      retryLater(key, error);
    } finally {
      running.delete(key);
      fill();
    }
  }

  function retryLater(key: string, error: unknown): void {
    pace.takeBack(key);
    const attempt = (failures.get(key) ?? 0) + 1;
    failures.set(key, attempt);
    lastError = describeError(error);
    const waitMs = backoffMs(backoff, attempt, clock.random());
    logger.warn(
      { key, attempt, waitMs, error: lastError },
      'A resource could not be signalled and is tried again',
    );
    addAfter(key, waitMs);
  }

  function addAfter(key: string, waitMs: number): void {
    delayed.add(key);
    void wait(key, waitMs);
  }

  async function wait(key: string, waitMs: number): Promise<void> {
    await clock.sleep(waitMs, stopping.signal);
    delayed.delete(key);
    queued.add(key);
    fill();
  }

  return {
    add(key) {
      if (stopping.signal.aborted) return;
      if (isIdle()) idle = Promise.withResolvers<void>();
      // What waits for its time is handled then, after this call all the same.
      if (!delayed.has(key)) queued.add(key);
      fill();
    },
    resume: fill,
    drained: () => idle.promise,
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
      queued.clear();
      idle.resolve();
    },
    health: () => ({ size: queued.size() + running.size + delayed.size, failing: failures.size, lastError }),
  };
}

export interface AddAfter {
  /** Has the key looked at once, a moment from now; asked for again meanwhile, it is still looked at once. */
  add(key: string): void;
  stop(): void;
}

/** Longer than a workflow takes from one of its writes to the next. */
const MOMENT_MS = 1000;

export function createAddAfter(clock: Clock, look: (key: string) => void): AddAfter {
  const stopping = new AbortController();
  const waiting = new Set<string>();

  async function wait(key: string): Promise<void> {
    await clock.sleep(MOMENT_MS, stopping.signal);
    waiting.delete(key);
    if (!stopping.signal.aborted) look(key);
  }

  return {
    add(key) {
      if (waiting.has(key)) return;
      waiting.add(key);
      void wait(key);
    },
    stop() {
      stopping.abort();
    },
  };
}
