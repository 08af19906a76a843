import type { WorkflowClient } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

/** Does the workflow with this id run? @throws where Temporal does not say */
export async function isRunning(temporal: WorkflowClient, id: string): Promise<boolean> {
  try {
    const { status } = await temporal.getHandle(id).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
