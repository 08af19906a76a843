import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { GATEWAY_FAILURES, type Outcome } from '../src/domain/registration/outcome.ts';
import type { GatewayDependencies } from './dependencies.ts';
import type { GatewayActivities, GatewayAnswer } from './types.ts';

export function registerApi({ gateway }: GatewayDependencies): GatewayActivities['registerApi'] {
  return async ({ ref: { namespace }, registration }) =>
    answerOf(await gateway.register(registration, { namespace, signal: cancellationSignal() }));
}

export function removeApi({ gateway }: GatewayDependencies): GatewayActivities['removeApi'] {
  return async ({ ref: { namespace }, registration }) =>
    answerOf(await gateway.remove(registration, { namespace, signal: cancellationSignal() }));
}

/** A call that was not accepted fails its activity, so that the Temporal UI shows it in red with the gateway's own words. */
function answerOf(outcome: Outcome): GatewayAnswer {
  if (outcome.kind === 'accepted') return outcome;
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
