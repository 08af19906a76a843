import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { GATEWAY_FAILURES, type Outcome } from '../src/domain/registration/outcome.ts';
import { retryDelayMs } from '../src/domain/registration/retry.ts';
import type { GatewayDependencies } from './dependencies.ts';
import type { PathConflict, Send } from '../src/paths/arbiter.ts';
import { shutdownSignal, whileAlive } from './liveness.ts';
import type { GatewayActivities, GatewayAnswer } from './types.ts';

/** Sends the registration, unless the path is another API's. */
export function registerApi({
  gateway,
  paths,
  onEnd,
}: GatewayDependencies): GatewayActivities['registerApi'] {
  return async (call) => {
    const signal = shutdownSignal();
    const send: Send = () => gateway.register(call.registration, signal);
    return attempt(onEnd, send, (tracked) => paths.register(call, tracked));
  };
}

/** Sends the removal, unless the path has gone to another API: then nothing of the caller's is left there. */
export function removeApi({ gateway, paths, onEnd }: GatewayDependencies): GatewayActivities['removeApi'] {
  return async (call) => {
    const signal = shutdownSignal();
    const send: Send = () => gateway.remove(call.registration, signal);
    return attempt(onEnd, send, (tracked) => paths.remove(call, tracked));
  };
}

async function attempt(
  onEnd: GatewayDependencies['onEnd'],
  send: Send,
  decide: (send: Send) => Promise<Outcome | PathConflict>,
): Promise<GatewayAnswer> {
  const { attempt: number, activityId, workflowExecution } = activityInfo();
  let isSent = false;
  const tracked: Send = () => {
    isSent = true;
    return send();
  };
  const outcome = await caught(() => whileAlive(() => decide(tracked)));
  // Such a call has failed once before its first attempt.
  const repeatsInMs =
    outcome.kind === 'unavailable'
      ? retryDelayMs(number + 1, Math.random(), outcome.retryAfterMs)
      : undefined;
  if (workflowExecution !== undefined && isSent && outcome.kind !== 'conflict')
    onEnd?.({
      ...workflowExecution,
      activityId,
      kind: outcome.kind,
      ...(repeatsInMs !== undefined && { repeatsInMs }),
    });
  return answerOf(outcome, repeatsInMs);
}

/** After an error of our own nobody knows whether the call went out; Temporal must not take it for one that may be repeated. */
async function caught(call: () => Promise<Outcome | PathConflict>): Promise<Outcome | PathConflict> {
  try {
    return await call();
  } catch (error) {
    const words = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    return {
      kind: 'unknown',
      reply: { code: 'error', message: `The operator failed at the call (${words})` },
    };
  }
}

/** A call that was not accepted fails its activity, so that the Temporal UI shows it in red with the gateway's own words. */
function answerOf(outcome: Outcome | PathConflict, repeatsInMs: number | undefined): GatewayAnswer {
  if (outcome.kind === 'accepted' || outcome.kind === 'conflict') return outcome;
  const { code, message } = outcome.reply;
  const failure = ApplicationFailure.create({
    type: GATEWAY_FAILURES[outcome.kind],
    nonRetryable: outcome.kind !== 'unavailable',
    message: `${code}: ${message}`,
    details: [outcome.reply, outcome.kind === 'rejected' ? null : (outcome.retryAfterMs ?? null)],
    // Heeded where the policy of the call lets Temporal repeat it.
    ...(repeatsInMs !== undefined && { nextRetryDelay: repeatsInMs }),
  });
  // A gateway's answer has no place in our code; its history should show the answer alone.
  failure.stack = '';
  throw failure;
}
