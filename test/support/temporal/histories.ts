import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { eventually } from '../builders/eventually.ts';
import type { TestStack } from '../stack/stack.ts';

/** What Temporal itself holds of the operator's workflows. */
export interface Histories {
  /** Number of events of each workflow, as soon as none has work left. */
  idleLengths(ids: readonly string[]): Promise<readonly number[]>;
  /** The same without the events of workflow tasks: a busy machine makes more of those, and never more work. */
  eventsOfWork(id: string): Promise<number>;
  /** What a workflow that has ended says of itself, and when it ended, in milliseconds since the epoch. */
  end(id: string): Promise<{ readonly result: string; readonly at: number }>;
  /** Where a workflow stands, to reset it to. */
  lastTask(id: string): Promise<Task>;
  /** As `temporal workflow reset` does. */
  reset(id: string, task: Task): Promise<void>;
  close(): Promise<void>;
}

/** A workflow task that was completed. */
export interface Task {
  readonly runId: string;
  readonly eventId: NonNullable<Event['eventId']>;
}

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

const BATCH = 20;

export async function connectHistories(stack: TestStack): Promise<Histories> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });

  async function idleLength(id: string): Promise<number> {
    let length = 0;
    await eventually(
      `${id} has nothing to do`,
      async () => {
        const { raw, historyLength } = await workflow.getHandle(id).describe();
        length = historyLength;
        return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
      },
      20_000,
    );
    return length;
  }

  return {
    async idleLengths(ids) {
      const lengths: number[] = [];
      for (let from = 0; from < ids.length; from += BATCH)
        lengths.push(...(await Promise.all(ids.slice(from, from + BATCH).map(idleLength))));
      return lengths;
    },
    async eventsOfWork(id) {
      await idleLength(id);
      const { events } = await workflow.getHandle(id).fetchHistory();
      return (events ?? []).filter((event) => !isOfTask(event)).length;
    },
    async end(id) {
      const handle = workflow.getHandle(id);
      const result = String(await handle.result());
      return { result, at: (await handle.describe()).closeTime?.getTime() ?? Number.NaN };
    },
    async lastTask(id) {
      const handle = workflow.getHandle(id);
      const { events } = await handle.fetchHistory();
      const eventId = events?.findLast((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
      if (!eventId) throw new Error(`${id} has completed no workflow task`);
      return { runId: (await handle.describe()).runId, eventId };
    },
    async reset(id, { runId, eventId }) {
      await connection.workflowService.resetWorkflowExecution({
        namespace: stack.temporalNamespace,
        workflowExecution: { workflowId: id, runId },
        reason: 'a test asks for it',
        workflowTaskFinishEventId: eventId,
        requestId: `${runId} ${String(eventId)}`,
      });
    },
    close: () => connection.close(),
  };
}

function isOfTask(event: Event): boolean {
  return [
    event.workflowTaskScheduledEventAttributes,
    event.workflowTaskStartedEventAttributes,
    event.workflowTaskCompletedEventAttributes,
    event.workflowTaskTimedOutEventAttributes,
    event.workflowTaskFailedEventAttributes,
  ].some((attributes) => Boolean(attributes));
}
