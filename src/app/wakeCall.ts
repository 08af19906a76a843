import type { WorkflowClient } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { gatewayBack } from '../../workflows/messages.ts';
import type { Wake } from './waitingCalls.ts';

export interface WakeOptions {
  /** What is asked of Temporal's service; the SDK's connections have it. */
  readonly service: Pick<NativeConnection['workflowService'], 'resetActivity'>;
  readonly client: { getHandle(workflowId: string): Pick<ReturnType<WorkflowClient['getHandle']>, 'signal'> };
  /** Temporal's. */
  readonly namespace: string;
  readonly identity: string;
}

/** gRPC's code for what is not there: here an activity that has ended. */
const NOT_FOUND = 5;

/**
 * A call that Temporal repeats is reset, which its workflow does not notice; where the server cannot do that or does not let us, and
 * where the workflow itself waits, the workflow is told.
 */
export function createWake({ service, client, namespace, identity }: WakeOptions): Wake {
  async function reset(workflowId: string, runId: string, id: string): Promise<'woken' | 'gone' | 'refused'> {
    try {
      const execution = { workflowId, runId };
      await service.resetActivity({ namespace, execution, identity, id });
      return 'woken';
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error;
      const code: number = error.code;
      return code === NOT_FOUND ? 'gone' : 'refused';
    }
  }

  return async ({ kind, workflowId, runId, activityId }) => {
    const result = kind === 'unavailable' ? await reset(workflowId, runId, activityId) : 'refused';
    if (result !== 'refused') return result;
    try {
      await client.getHandle(workflowId).signal(gatewayBack);
      return 'woken';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'gone';
      throw error;
    }
  };
}
