import { Client, Connection } from '@temporalio/client';
import { WORKFLOW_TYPES } from '../../../src/domain/kubernetes/names.ts';
import type { BenchStack } from './bench.ts';

const SAMPLE = 20;
/** Temporal's list of workflows lags behind; without workflows of ours there is nothing to wait for. */
const MAX_LISTED = 30_000;

/** The numbers of history events of some running workflows about APIs of the namespace; none where the operator has no workflows. */
export async function historyLengths(stack: BenchStack, namespace: string): Promise<readonly number[]> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const { workflow } = new Client({ connection, namespace: stack.temporalNamespace });
    const query = `WorkflowType = '${WORKFLOW_TYPES.exposedApi}' AND ExecutionStatus = 'Running'`;
    const ids: string[] = [];
    let listed = 0;
    for await (const { workflowId } of workflow.list({ query, pageSize: 1000 })) {
      if (workflowId.includes(`/${namespace}/`)) ids.push(workflowId);
      listed += 1;
      if (ids.length >= SAMPLE || listed >= MAX_LISTED) break;
    }
    const descriptions = await Promise.all(ids.map(async (id) => await workflow.getHandle(id).describe()));
    return descriptions.map(({ historyLength }) => historyLength);
  } finally {
    await connection.close();
  }
}
