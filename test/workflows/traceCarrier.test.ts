import type { Headers } from '@temporalio/common';
import { TRACE_HEADER } from '../../src/domain/kubernetes/names.ts';
import { interceptors } from '../../workflows/traceCarrier.ts';

const traced = (trace: string): Headers => ({ [TRACE_HEADER]: { data: Buffer.from(trace) } });

/** A workflow that is started and signalled, and what its activities get. */
function workflow() {
  const { inbound: [inbound] = [], outbound: [outbound] = [] } = interceptors();
  const done = async (): Promise<undefined> => undefined;
  const got: Headers[] = [];
  const note = async ({ headers }: { readonly headers: Headers }): Promise<unknown> => got.push(headers);
  return {
    got,
    start: (headers: Headers) => inbound?.execute?.({ args: [], headers }, done),
    signal: (headers: Headers) =>
      inbound?.handleSignal?.({ signalName: 'resourceChanged', args: [], headers }, done),
    activities: async (headers: Headers = {}) => {
      const common = { args: [], options: {}, headers, seq: 1 };
      await outbound?.scheduleActivity?.({ ...common, activityType: 'registerApi' }, note);
      await outbound?.scheduleLocalActivity?.({ ...common, activityType: 'observeApi', attempt: 1 }, note);
      return got.splice(0);
    },
  };
}

test('activities, local ones too, belong to the change that the workflow was told of last', async () => {
  const { start, signal, activities } = workflow();
  await start(traced('first'));
  await signal(traced('first'));
  expect(await activities()).toEqual([traced('first'), traced('first')]);
  await signal(traced('second'));
  expect(await activities()).toEqual([traced('second'), traced('second')]);
});

test('a signal that waited for the start of the next run is not forgotten by it', async () => {
  const { start, signal, activities } = workflow();
  await signal(traced('waited'));
  await start({});
  expect(await activities()).toEqual([traced('waited'), traced('waited')]);
});

test('without traces, and after a signal without one, the headers are what they were', async () => {
  const { start, signal, activities } = workflow();
  const others = { other: { data: Buffer.from('kept') } };
  await start({});
  expect(await activities(others)).toEqual([others, others]);
  await signal(traced('one'));
  await signal({});
  expect(await activities(others)).toEqual([others, others]);
});

test('workflows of one process do not share a trace', async () => {
  const [one, other] = [workflow(), workflow()];
  await one.signal(traced('one'));
  expect(await other.activities()).toEqual([{}, {}]);
});
