import { Client, Connection, type WorkflowClient } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { EXPOSED_APIS, workflowId, WORKFLOW_TYPES } from '../../../src/domain/kubernetes/names.ts';
import type { BenchStack } from './bench.ts';

const SAMPLE = 20;
/** Temporal's list of workflows lags behind; without workflows of ours there is nothing to wait for. */
const MAX_LISTED = 30_000;

/** The numbers of history events of some running workflows about APIs of the namespace; none where the operator has no workflows. */
export async function historyLengths(stack: BenchStack, namespace: string): Promise<readonly number[]> {
  return await withWorkflows(stack, async (workflow) => {
    const query = `WorkflowType = '${WORKFLOW_TYPES.exposedApi}' AND ExecutionStatus = 'Running'`;
    const ids: string[] = [];
    let listed = 0;
    for await (const { workflowId: id } of workflow.list({ query, pageSize: 1000 })) {
      if (id.includes(`/${namespace}/`)) ids.push(id);
      listed += 1;
      if (ids.length >= SAMPLE || listed >= MAX_LISTED) break;
    }
    return await Promise.all(ids.map(async (id) => (await workflow.getHandle(id).describe()).historyLength));
  });
}

/** The same for the first of these APIs, in their order; 0 for one without a workflow. */
export async function historyLengthsOf(
  stack: BenchStack,
  namespace: string,
  names: readonly string[],
): Promise<readonly number[]> {
  return await withWorkflows(
    stack,
    async (workflow) =>
      await Promise.all(
        names.slice(0, SAMPLE).map(async (name) => {
          // The namespace is also the name of the cluster.
          const id = workflowId({ plural: EXPOSED_APIS, namespace, name }, namespace);
          try {
            return (await workflow.getHandle(id).describe()).historyLength;
          } catch (error) {
            if (error instanceof WorkflowNotFoundError) return 0;
            throw error;
          }
        }),
      ),
  );
}

async function withWorkflows<T>(
  stack: BenchStack,
  ask: (workflow: WorkflowClient) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    return await ask(new Client({ connection, namespace: stack.temporalNamespace }).workflow);
  } finally {
    await connection.close();
  }
}
