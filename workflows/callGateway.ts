import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { GATEWAY_FAILURES } from '../src/domain/gatewayFailures.ts';
import type { Step } from '../src/domain/gatewayRecord.ts';
import type { Outcome, Reply } from '../src/domain/outcome.ts';
import { gatewayActivities, type Urgency } from './activityOptions.ts';

export interface GatewayQueue {
  readonly taskQueue: string;
  readonly timeoutMs: number;
  readonly namespace: string;
  readonly urgency: Urgency;
}

/** Makes one call. Whatever cannot be told for sure, a lost worker above all, is an unknown outcome. */
export async function callGateway(step: Step, queue: GatewayQueue): Promise<Outcome> {
  const { namespace, urgency } = queue;
  const activities = gatewayActivities(queue.taskQueue, queue.timeoutMs, { step, urgency, namespace });
  const call = { namespace, registration: step.registration };
  try {
    const reply = await (step.verb === 'register'
      ? activities.registerApi(call)
      : activities.removeApi(call));
    return { kind: 'accepted', reply };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): Outcome {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || !isGatewayFailure(cause.type))
    return {
      kind: 'unknown',
      reply: { code: 'lost', message: 'the worker that made the call did not report back' },
    };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by activities/callGateway.ts for these types of failure
  const [reply, retryAfterMs] = cause.details as [Reply, number | null];
  switch (cause.type) {
    case GATEWAY_FAILURES.rejected:
      return { kind: 'rejected', reply };
    case GATEWAY_FAILURES.unavailable:
      return { kind: 'unavailable', reply, retryAfterMs: retryAfterMs ?? undefined };
    default:
      return { kind: 'unknown', reply, retryAfterMs: retryAfterMs ?? undefined };
  }
}

function isGatewayFailure(type: string | null | undefined): boolean {
  return Object.values(GATEWAY_FAILURES).some((known) => known === type);
}
