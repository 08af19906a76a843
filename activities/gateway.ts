import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { GATEWAY_FAILURES, type Outcome } from '../src/domain/registration/outcome.ts';
import type { GatewayDependencies } from './dependencies.ts';
import type { PathConflict } from '../src/paths/arbiter.ts';
import type { GatewayActivities, GatewayAnswer } from './types.ts';

/** Sends the registration, unless the path is another API's. */
export function registerApi({ gateway, paths }: GatewayDependencies): GatewayActivities['registerApi'] {
  return async (call) => {
    const signal = cancellationSignal();
    return answerOf(await paths.register(call, () => gateway.register(call.registration, signal)));
  };
}

/** Sends the removal, unless the path has gone to another API: then nothing of the caller's is left there. */
export function removeApi({ gateway, paths }: GatewayDependencies): GatewayActivities['removeApi'] {
  return async (call) => {
    const signal = cancellationSignal();
    return answerOf(await paths.remove(call, () => gateway.remove(call.registration, signal)));
  };
}

/** A call that was not accepted fails its activity, so that the Temporal UI shows it in red with the gateway's own words. */
function answerOf(outcome: Outcome | PathConflict): GatewayAnswer {
  if (outcome.kind === 'accepted' || outcome.kind === 'conflict') return outcome;
  const { code, message } = outcome.reply;
  const failure = ApplicationFailure.create({
    type: GATEWAY_FAILURES[outcome.kind],
    nonRetryable: true,
    message: `${code}: ${message}`,
    details: [outcome.reply, outcome.kind === 'rejected' ? null : (outcome.retryAfterMs ?? null)],
  });
  // A gateway's answer has no place in our code; its history should show the answer alone.
  failure.stack = '';
  throw failure;
}
