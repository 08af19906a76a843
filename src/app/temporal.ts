import type { WorkflowClient } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import {
  gatewayHost,
  parseWorkflowId,
  SEARCH_ATTRIBUTES,
  taskQueues,
  WORKFLOW_TYPES,
} from '../domain/kubernetes/names.ts';
import { defineSearchAttributeKey, WorkflowNotFoundError } from '@temporalio/common';
import { endpointFor } from '../gateway/apig/endpoint.ts';

/** Which of our search attributes the server does not know. @throws where it does not say */
export async function missingSearchAttributes(
  connection: NativeConnection,
  namespace: string,
): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.values(SEARCH_ATTRIBUTES).filter((name) => !(name in (customAttributes ?? {})));
}

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

const GATEWAY = defineSearchAttributeKey(SEARCH_ATTRIBUTES.gateway, 'KEYWORD');

/** What is asked of Temporal here; the SDK's WorkflowClient has it. */
export interface WorkflowList {
  list(options: { readonly query: string; readonly pageSize: number }): AsyncIterable<{
    readonly workflowId: string;
    readonly typedSearchAttributes: { get(key: typeof GATEWAY): string | undefined };
  }>;
}

/**
 * Endpoints of the gateways that running workflows have to do with, the administrator's left out: a registration whose resource is gone
 * is known to its workflow alone. What a workflow names is only compared with what the operator itself could have named.
 * @param configured APIG_ENDPOINT
 */
export async function* runningGateways(
  client: WorkflowList,
  cluster: string,
  configured: string | undefined,
): AsyncGenerator<string> {
  const running = `WorkflowType = '${WORKFLOW_TYPES.exposedApi}' AND TaskQueue = '${taskQueues(cluster).main}' AND ExecutionStatus = 'Running'`;
  const elsewhere =
    configured === undefined ? '' : ` AND ${SEARCH_ATTRIBUTES.gateway} != '${gatewayHost(configured)}'`;
  for await (const execution of client.list({ query: `${running}${elsewhere}`, pageSize: 1_000 })) {
    const ref = parseWorkflowId(execution.workflowId, cluster);
    if (ref === undefined) continue;
    const own = endpointFor(undefined, ref.namespace);
    const isNamed = execution.typedSearchAttributes.get(GATEWAY) === gatewayHost(own);
    if (configured === undefined || isNamed) yield own;
  }
}
