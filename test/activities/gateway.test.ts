import { ApplicationFailure } from '@temporalio/common';
import { activityEnvironment } from '../support/temporal/activityEnvironment.ts';
import type { GatewayCall } from '../../activities/types.ts';
import { registerApi, removeApi } from '../../activities/gateway.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import type { CallContext, Gateway } from '../../src/gateway/gateway.ts';
import { registrationOf } from '../support/builders/registrations.ts';

const REPLY = { code: '0001', message: 'busy' };
const CALL: GatewayCall = {
  ref: { plural: 'exposedapis', namespace: 'shop', name: 'shop-catalog-v4' },
  uid: 'api-uid',
  registration: registrationOf(),
};

/** Both verbs come to the same. */
const gatewayOf = (outcome: Outcome, seen: CallContext[] = []): Gateway => {
  const call: Gateway['register'] = async (_registration, context) => {
    seen.push(context);
    return outcome;
  };
  return { register: call, remove: call };
};

test.each([registerApi, removeApi])('what was accepted gives the reply (%#)', async (activity) => {
  const gateway = gatewayOf({ kind: 'accepted', reply: REPLY });
  expect(await activityEnvironment().run(activity({ gateway }), CALL)).toEqual({
    kind: 'accepted',
    reply: REPLY,
  });
});

test.each<[Outcome, string, unknown]>([
  [{ kind: 'rejected', reply: REPLY }, 'GatewayRejected', null],
  [{ kind: 'unavailable', reply: REPLY, retryAfterMs: 3_000 }, 'GatewayUnavailable', 3_000],
  [{ kind: 'unavailable', reply: REPLY }, 'GatewayUnavailable', null],
  [{ kind: 'unknown', reply: REPLY }, 'OutcomeUnknown', null],
])(
  '%j fails the activity as %s, for the workflow to decide when to try again',
  async (outcome, type, retryAfterMs) => {
    const run = activityEnvironment().run(registerApi({ gateway: gatewayOf(outcome) }), CALL);
    const failure: unknown = await run.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type,
      nonRetryable: true,
      message: '0001: busy',
      details: [REPLY, retryAfterMs],
    });
  },
);

test('a cancelled activity ends its call', async () => {
  const environment = activityEnvironment();
  const seen: CallContext[] = [];
  await environment.run(removeApi({ gateway: gatewayOf({ kind: 'accepted', reply: REPLY }, seen) }), CALL);
  expect(seen).toMatchObject([{ namespace: 'shop' }]);
  expect(seen[0]?.signal?.aborted).toBe(false);
  environment.cancel();
  expect(seen[0]?.signal?.aborted).toBe(true);
});
