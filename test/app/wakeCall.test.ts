import { WorkflowNotFoundError } from '@temporalio/common';
import { createWake, type WakeOptions } from '../../src/app/wakeCall.ts';
import type { WaitingCall } from '../../src/app/waitingCalls.ts';

const CALL = { workflowId: 'exposedapis/shop/a', runId: 'run', activityId: '7' } as const;
const grpc = (code: number): Error =>
  Object.assign(new Error('refused'), { code, details: 'refused', metadata: {} });

/** What Temporal is asked, and how it answers. */
function stage(answers: { readonly reset?: Error; readonly signal?: Error } = {}) {
  const asked: unknown[] = [];
  const resetActivity = async (request: unknown): Promise<object> => {
    asked.push(request);
    if (answers.reset !== undefined) throw answers.reset;
    return {};
  };
  const signal = async (definition: { readonly name: string } | string): Promise<void> => {
    asked.push(typeof definition === 'string' ? definition : definition.name);
    if (answers.signal !== undefined) throw answers.signal;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two methods of the SDK that are used
  const options = {
    service: { resetActivity },
    client: { getHandle: () => ({ signal }) },
    namespace: 'default',
    identity: 'me',
  } as unknown as WakeOptions;
  return { asked, wake: (kind: WaitingCall['kind']) => createWake(options)({ ...CALL, kind }) };
}

test('what Temporal repeats is reset, which costs its workflow nothing', async () => {
  const { asked, wake } = stage();
  expect(await wake('unavailable')).toBe('woken');
  expect(asked).toEqual([
    {
      namespace: 'default',
      execution: { workflowId: CALL.workflowId, runId: 'run' },
      identity: 'me',
      id: '7',
    },
  ]);
});

test('what waits in its workflow is told there', async () => {
  const { asked, wake } = stage();
  expect(await wake('unknown')).toBe('woken');
  expect(asked).toEqual(['gatewayBack']);
});

test.each([
  ['does not know how', 12],
  ['does not let us', 7],
])('where the server %s, the workflow is told', async (_why, code) => {
  const { asked, wake } = stage({ reset: grpc(code) });
  expect(await wake('unavailable')).toBe('woken');
  expect(asked.slice(1)).toEqual(['gatewayBack']);
});

test('a call that has ended meanwhile is left alone', async () => {
  const { asked, wake } = stage({ reset: grpc(5) });
  expect(await wake('unavailable')).toBe('gone');
  expect(asked).toHaveLength(1);
  const gone = stage({ signal: new WorkflowNotFoundError('gone', CALL.workflowId, undefined) });
  expect(await gone.wake('unknown')).toBe('gone');
});

test('a Temporal that cannot be reached is told to the caller', async () => {
  await expect(stage({ reset: new Error('no connection') }).wake('unavailable')).rejects.toThrow(
    'no connection',
  );
});
