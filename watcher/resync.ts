import {
  parseWorkflowId,
  type ResourceRef,
  taskQueues,
  WORKFLOW_TYPES,
} from '../src/domain/kubernetes/names.ts';
import { describeError, type Logger } from '../src/telemetry/logger.ts';
import type { Clock } from '../src/kubernetes/clock.ts';
import type { TemporalClient } from './workflowSignaller.ts';

export interface ResyncOptions {
  readonly intervalMs: number;
  /** Looks at everything anew; resolves when it has been seen. */
  readonly relist: () => Promise<void>;
  readonly sweep: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The safety net under the watches: now and then everything is compared again, and what was missed is found. */
export async function runResync(options: ResyncOptions, signal: AbortSignal): Promise<void> {
  const { intervalMs, relist, sweep, clock, logger } = options;
  while (!signal.aborted) {
    // Up to a tenth later, so that several watchers do not list at one time.
    await clock.sleep(Math.round(intervalMs * (1 + clock.random() / 10)), signal);
    if (signal.aborted) return;
    try {
      await relist();
      await sweep();
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'A resync was not completed; the next one does it again');
    }
  }
}

/** Resources whose workflow runs though nothing of that name exists: their deletion was missed. */
export async function* findForgotten(
  client: TemporalClient,
  cluster: string,
  isKnown: (ref: ResourceRef) => boolean,
): AsyncGenerator<ResourceRef> {
  const types = Object.values(WORKFLOW_TYPES).map((type) => `'${type}'`);
  const query = `WorkflowType IN (${types.join(', ')}) AND TaskQueue = '${taskQueues(cluster).main}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.list({ query, pageSize: 500 })) {
    const ref = parseWorkflowId(workflowId, cluster);
    if (ref !== undefined && !isKnown(ref)) yield ref;
  }
}
