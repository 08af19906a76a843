import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { GatewayAnswer, GatewayCall } from '../../activities/types.ts';
import type { RoundSettings } from '../../src/domain/exposedApi/observation.ts';
import { gatewayTaskQueue } from '../../src/domain/kubernetes/names.ts';
import { GATEWAY_FAILURES, type Outcome, type Reply } from '../../src/domain/registration/outcome.ts';
import type { Step } from '../../src/domain/registration/record.ts';
import type { Place } from '../../src/domain/registration/urgency.ts';
import { gatewayActivities } from '../activityProxies.ts';
import { showGateway } from './visibility.ts';
import { watchCall, type Onlooker } from './watchCall.ts';

/**
 * How a call ended. `takenBack`: it became obsolete while no worker was at it, so it surely was not done. `passedOver`: more urgent
 * ones were served for so long that it was not made either, and is to be as urgent as they are.
 */
export type CallEnd =
  | Outcome
  | Extract<GatewayAnswer, { kind: 'conflict' }>
  | { readonly kind: 'takenBack' }
  | { readonly kind: 'passedOver' };

export interface CallContext extends Place {
  readonly api: Omit<GatewayCall, 'registration'>;
  /** Names the gateway, and with it the task queue. */
  readonly gateway: string;
  readonly settings: RoundSettings;
  /** It is not the API's gateway any more, so that people are not shown it as such. */
  readonly isFormer?: boolean;
  /** Temporal repeats the call for as long as it surely is not done. */
  readonly isRetried: boolean;
  /** Says whether the call is still the right one, for as long as it waits. */
  readonly onlooker: Onlooker;
}

export type CallGateway = (step: Step, context: CallContext) => Promise<CallEnd>;

/**
 * Makes calls on the task queues of the gateways of one cluster. Whatever cannot be told for sure, a lost worker above all, is an
 * unknown outcome.
 */
export function gatewayCaller(cluster: string): CallGateway {
  return async (step, context) => {
    const { api, gateway, settings, urgency, agesAfterMs, isFormer = false, isRetried, onlooker } = context;
    if (!isFormer) showGateway(gateway, settings);
    const { namespace } = api.ref;
    const taskQueue = gatewayTaskQueue(gateway, cluster);
    const activities = gatewayActivities(taskQueue, settings.gatewayTimeoutMs, {
      step,
      urgency,
      namespace,
      agesAfterMs,
      isRetried,
    });
    const call: GatewayCall = { ...api, registration: step.registration };
    try {
      const scope = new CancellationScope();
      const answer = scope.run(async () =>
        step.verb === 'register' ? activities.registerApi(call) : activities.removeApi(call),
      );
      await watchCall(answer, onlooker, () => {
        if (settings.takesBackWaitingCalls) scope.cancel();
      });
      return await answer;
    } catch (error) {
      if (!isCancellation(error)) return isPassedOver(error) ? { kind: 'passedOver' } : outcomeOf(error);
      if (CancellationScope.current().consideredCancelled) throw error;
      return { kind: 'takenBack' };
    }
  };
}

function isPassedOver(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START'
  );
}

function outcomeOf(error: unknown): Outcome {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || !isGatewayFailure(cause.type))
    return {
      kind: 'unknown',
      reply: { code: 'lost', message: 'The worker that made the call did not report back' },
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
