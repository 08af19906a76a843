import type { NativeConnection } from '@temporalio/worker';
import { every, type Clock } from '../kubernetes/clock.ts';

/** Asks Temporal how many activities wait in a task queue; rejects where it does not say. */
export type CountQueued = (taskQueue: string) => Promise<number>;

/** @param namespace Temporal's */
export function createCountQueued(
  service: Pick<NativeConnection['workflowService'], 'describeTaskQueue'>,
  namespace: string,
): CountQueued {
  return async (name) => {
    const { stats } = await service.describeTaskQueue({
      namespace,
      taskQueue: { name },
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- TASK_QUEUE_TYPE_ACTIVITY; its enum is in a package that is not ours to import
      taskQueueType: 2,
      reportStats: true,
    });
    return Number(stats?.approximateBacklogCount ?? 0);
  };
}

export interface LaneBacklogOptions {
  readonly count: () => Promise<number>;
  readonly clock: Clock;
}

/** How many calls wait for their turn in a lane, as Temporal estimates it; no older than `EVERY_MS`. */
export interface LaneBacklog {
  /** Undefined: Temporal has not said it, or no longer does. */
  size(): number | undefined;
  /** Asks until `stopped`. */
  run(stopped: AbortSignal): Promise<void>;
}

const EVERY_MS = 15_000;

export function createLaneBacklog({ count, clock }: LaneBacklogOptions): LaneBacklog {
  let size: number | undefined;
  return {
    size: () => size,
    run: (stopped) =>
      every(clock, EVERY_MS, stopped, async () => {
        // It is for people to look at; that Temporal is away is told elsewhere.
        size = await count().catch(() => undefined);
      }),
  };
}
