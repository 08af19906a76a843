import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import type { GatewayAnswer, GatewayCall } from '../../activities/types.ts';
import { GATEWAY_FAILURES, type Outcome, type Reply } from '../../src/domain/registration/outcome.ts';
import type { Step } from '../../src/domain/registration/record.ts';
import { gatewayActivities, type Urgency } from '../activityProxies.ts';

export interface GatewayQueue {
  readonly taskQueue: string;
  readonly timeoutMs: number;
  readonly api: Omit<GatewayCall, 'registration'>;
  readonly urgency: Urgency;
  /** As soon as this is so, a call that still waits in line is taken back; absent: never. */
  readonly isObsolete?: (() => boolean) | undefined;
}

/**
 * Makes one call. Whatever cannot be told for sure, a lost worker above all, is an unknown outcome. `takenBack`: it became obsolete
 * before any worker had begun it, so it surely was not made.
 */
export async function callGateway(
  step: Step,
  queue: GatewayQueue,
): Promise<Outcome | GatewayAnswer | 'takenBack'> {
  const { api, urgency } = queue;
  const { namespace } = api.ref;
  const activities = gatewayActivities(queue.taskQueue, queue.timeoutMs, { step, urgency, namespace });
  const call = { ...api, registration: step.registration };
  try {
    const made = new CancellationScope();
    const reply = made.run(async () =>
      step.verb === 'register' ? activities.registerApi(call) : activities.removeApi(call),
    );
    if (queue.isObsolete !== undefined) await cancelWhen(queue.isObsolete, made, reply);
    return await reply;
  } catch (error) {
    if (!isCancellation(error)) return outcomeOf(error);
    if (CancellationScope.current().consideredCancelled) throw error;
    return 'takenBack';
  }
}

/** Resolves when the call has ended, or as soon as it is cancelled. */
async function cancelWhen(
  isObsolete: () => boolean,
  scope: CancellationScope,
  call: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  call.then(over, over);
  await condition(() => isOver || isObsolete());
  if (!isOver) scope.cancel();
}

function outcomeOf(error: unknown): Outcome {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || !isGatewayFailure(cause.type))
    return {
      kind: 'unknown',
      reply: { code: 'lost', message: 'the worker that made the call did not report back' },
    };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by activities/gateway.ts for these types of failure
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
