import type { ExposedApi } from '../src/domain/exposedApi/exposedApi.ts';
import {
  COMPONENTS,
  parseWorkflowId,
  type ResourceRef,
  taskQueues,
  WORKFLOW_TYPES,
} from '../src/domain/kubernetes/names.ts';
import type { Clock } from '../src/kubernetes/clock.ts';
import { describeError, type Logger } from '../src/telemetry/logger.ts';
import type { TemporalClient } from './workflowSignaller.ts';

export type ApiRef = ExposedApi['ref'];

/** What the watcher can say of a resource: `unlisted` while its kind is not listed yet, `dropped` where its namespace is not watched. */
export type Sight = 'known' | 'gone' | 'unlisted' | 'dropped';

export interface SweepOptions {
  /** Resources whose workflow runs; one list of workflows. */
  readonly running: () => AsyncIterable<ResourceRef>;
  readonly sight: (ref: ResourceRef) => Sight;
  /** Reads one API of a namespace that is not watched; undefined where it is gone. Rejects where the role does not allow it. */
  readonly readApi: (ref: ApiRef) => Promise<ExposedApi | undefined>;
  readonly signal: (ref: ResourceRef) => void;
  readonly logger: Logger;
}

/** What one sweep met, beside what it has signalled. */
export interface Swept {
  /** Nothing could be said of so many: their kinds were not listed yet. */
  readonly unlisted: number;
}

/** Signals the workflows that run though their resource has gone; in namespaces that are not watched, those being deleted, too. */
export type Sweep = () => Promise<Swept>;

/** The first sweep that finds namespaces not watched tells how many workflows it has seen there. */
export function createSweep({ running, sight, readApi, signal, logger }: SweepOptions): Sweep {
  let isWarned = false;

  /** @returns whether its workflow has something to do; undefined where that cannot be read */
  async function isLeaving(ref: ApiRef): Promise<boolean | undefined> {
    try {
      const api = await readApi(ref);
      return api === undefined || api.isDeleting;
    } catch (error) {
      logger.debug({ ...ref, error: describeError(error) }, 'An API that is not watched could not be read');
      return undefined;
    }
  }

  async function look(dropped: readonly ApiRef[]): Promise<void> {
    let leaving = 0;
    let unreadable = 0;
    for (const ref of dropped) {
      const answer = await isLeaving(ref);
      if (answer === undefined) unreadable += 1;
      if (answer !== true) continue;
      leaving += 1;
      signal(ref);
    }
    if (isWarned || dropped.length === 0) return;
    isWarned = true;
    const namespaces = [...new Set(dropped.map(({ namespace }) => namespace))].toSorted();
    logger.warn(
      { workflows: dropped.length, leaving, unreadable, namespaces: namespaces.slice(0, NAMED) },
      'Workflows run for APIs in namespaces that are not in WATCH_NAMESPACES. Changes there are not seen, deletions only at a resync, and not where the API cannot be read: watch these namespaces again until their APIs are gone, or delete with force-release',
    );
  }

  return async () => {
    const dropped: ApiRef[] = [];
    let unlisted = 0;
    for await (const ref of running()) {
      const seen = sight(ref);
      if (seen === 'gone') signal(ref);
      if (seen === 'unlisted') unlisted += 1;
      if (seen === 'dropped' && isApiRef(ref)) dropped.push(ref);
    }
    await look(dropped);
    return { unlisted };
  };
}

/** So many namespaces are named in the warning. */
const NAMED = 20;
const FIRST_PAUSE_MS = 30_000;
const MAX_PAUSE_MS = 240_000;

/**
 * The sweep of a start: what went while nobody watched is found as soon as everything is listed. Where that takes long, or Temporal
 * does not answer, it is tried again a few times; the resync goes on from there.
 */
export async function runFirstSweep(
  { sweep, clock, logger }: { readonly sweep: Sweep; readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs *= 2) {
    try {
      const { unlisted } = await sweep();
      if (unlisted === 0) return;
    } catch (error) {
      logger.warn(
        { error: describeError(error) },
        'Deletions that nobody saw were not looked for; it is tried again',
      );
    }
    if (pauseMs > MAX_PAUSE_MS) return;
    await clock.sleep(pauseMs, signal);
  }
}

/** Resources whose workflow runs. */
export async function* runningWorkflows(
  client: TemporalClient,
  cluster: string,
): AsyncGenerator<ResourceRef> {
  const types = Object.values(WORKFLOW_TYPES).map((type) => `'${type}'`);
  const query = `WorkflowType IN (${types.join(', ')}) AND TaskQueue = '${taskQueues(cluster).main}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.list({ query, pageSize: 500 })) {
    const ref = parseWorkflowId(workflowId, cluster);
    if (ref !== undefined) yield ref;
  }
}

function isApiRef(ref: ResourceRef): ref is ApiRef {
  return ref.plural !== COMPONENTS;
}
