import { defineSearchAttributeKey } from '@temporalio/common';
import {
  gatewayHost,
  parseWorkflowId,
  SEARCH_ATTRIBUTES,
  taskQueues,
  WORKFLOW_TYPES,
} from '../domain/kubernetes/names.ts';
import { endpointFor } from '../gateway/apig/endpoint.ts';

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
