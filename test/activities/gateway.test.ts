import { ApplicationFailure } from '@temporalio/common';
import type { EndedAttempt } from '../../activities/dependencies.ts';
import { activityEnvironment } from '../support/temporal/activityEnvironment.ts';
import type { GatewayCall } from '../../activities/types.ts';
import { registerApi, removeApi } from '../../activities/gateway.ts';
import type { Outcome } from '../../src/domain/registration/outcome.ts';
import type { Gateway } from '../../src/gateway/gateway.ts';
import { openPaths } from '../support/gateway/openPaths.ts';
import { registrationOf } from '../support/builders/registrations.ts';

const REPLY = { code: '0001', message: 'busy' };
const CALL: GatewayCall = {
  ref: { plural: 'exposedapis', namespace: 'shop', name: 'shop-catalog-v4' },
  uid: 'api-uid',
  registration: registrationOf(),
};

/** Both verbs come to the same. */
const gatewayOf = (outcome: Outcome, seen: (AbortSignal | undefined)[] = []): Gateway => {
  const call: Gateway['register'] = async (_registration, signal) => {
    seen.push(signal);
    return outcome;
  };
  return { register: call, remove: call };
};

test.each([registerApi, removeApi])('what was accepted gives the reply (%#)', async (activity) => {
  const gateway = gatewayOf({ kind: 'accepted', reply: REPLY });
  expect(await activityEnvironment().run(activity({ gateway, paths: openPaths }), CALL)).toEqual({
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
    const run = activityEnvironment().run(
      registerApi({ gateway: gatewayOf(outcome), paths: openPaths }),
      CALL,
    );
    const failure: unknown = await run.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type,
      nonRetryable: outcome.kind !== 'unavailable',
      message: '0001: busy',
      details: [REPLY, retryAfterMs],
    });
  },
);

test.each<[Parameters<ReturnType<typeof activityEnvironment>['cancel']>[0], boolean]>([
  ['WORKER_SHUTDOWN', true],
  // Who cut it off would not know what it has done.
  ['CANCELLED', false],
  ['TIMED_OUT', false],
])(
  'a call that is out ends with its worker, not because nobody waits for it any more: %s',
  async (why, ends) => {
    const environment = activityEnvironment();
    const seen: (AbortSignal | undefined)[] = [];
    const gateway = gatewayOf({ kind: 'accepted', reply: REPLY }, seen);
    await environment.run(removeApi({ gateway, paths: openPaths }), CALL);
    expect(seen.map((signal) => signal?.aborted)).toEqual([false]);
    environment.cancel(why);
    expect(seen[0]?.aborted).toBe(ends);
  },
);

test("where the path is another API's, the call is answered with it and not made", async () => {
  const seen: (AbortSignal | undefined)[] = [];
  const gateway = gatewayOf({ kind: 'accepted', reply: REPLY }, seen);
  const conflict = { kind: 'conflict', owner: { name: 'bank/first', why: 'older' } } as const;
  const paths = { ...openPaths, register: async () => conflict };
  expect(await activityEnvironment().run(registerApi({ gateway, paths }), CALL)).toEqual(conflict);
  expect(seen).toEqual([]);
});

test.each<[string, Outcome, number, number]>([
  ['as after the second failure in a row', { kind: 'unavailable', reply: REPLY }, 1_600, 2_000],
  [
    'as long as the gateway asked for, where that is more',
    { kind: 'unavailable', reply: REPLY, retryAfterMs: 90_000 },
    90_000,
    90_000,
  ],
])('where Temporal repeats what was not done, it waits %s', async (_what, outcome, least, most) => {
  const run = activityEnvironment().run(registerApi({ gateway: gatewayOf(outcome), paths: openPaths }), CALL);
  const failure: unknown = await run.catch((error: unknown) => error);
  const { nextRetryDelay } = failure instanceof ApplicationFailure ? failure : {};
  expect(nextRetryDelay).toBeGreaterThanOrEqual(least);
  expect(nextRetryDelay).toBeLessThanOrEqual(most);
});

test('an error of our own is an unknown outcome, which Temporal does not repeat', async () => {
  const paths = { ...openPaths, remove: async () => Promise.reject(new Error('a bug')) };
  const gateway = gatewayOf({ kind: 'accepted', reply: REPLY });
  const run = activityEnvironment().run(removeApi({ gateway, paths }), CALL);
  await expect(run).rejects.toMatchObject({ type: 'OutcomeUnknown', nonRetryable: true });
});

test('whoever wakes others is told of each attempt that went out, and of no other', async () => {
  const ended: EndedAttempt[] = [];
  const onEnd = (attempt: EndedAttempt): void => void ended.push(attempt);
  const gateway = gatewayOf({ kind: 'accepted', reply: REPLY });
  const leftToOwner = async (): Promise<Outcome> => ({ kind: 'accepted', reply: REPLY });
  const environment = activityEnvironment();
  await environment.run(registerApi({ gateway, paths: openPaths, onEnd }), CALL);
  await environment.run(removeApi({ gateway, paths: { ...openPaths, remove: leftToOwner }, onEnd }), CALL);
  expect(ended).toMatchObject([{ kind: 'accepted' }]);
});

test('whoever wakes others knows when Temporal repeats a call by itself', async () => {
  const ended: EndedAttempt[] = [];
  const gateway = gatewayOf({ kind: 'unavailable', reply: REPLY, retryAfterMs: 7_000 });
  const activities = {
    gateway,
    paths: openPaths,
    onEnd: (attempt: EndedAttempt) => void ended.push(attempt),
  };
  const failure: unknown = await activityEnvironment()
    .run(registerApi(activities), CALL)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ nextRetryDelay: 7_000 });
  expect(ended).toMatchObject([{ kind: 'unavailable', repeatsInMs: 7_000 }]);
});
