import { createApiMetrics } from '../../src/telemetry/apiMetrics.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { parsedApi, registeredStatus, settledApi } from '../support/builders/apis.ts';

const DELETING = { deletionTimestamp: '2026-01-02T00:00:00Z' } as const;
const START = Date.parse('2026-01-02T00:00:00Z');

/** The metrics of one API that goes from one state to the next. */
function setUp() {
  const metrics = createMetrics();
  let now = START;
  let isMeasuring = true;
  let present: ExposedApi | undefined;
  const meter = createApiMetrics(metrics, {
    apis: () => (present ? [present] : []),
    isMeasuring: () => isMeasuring,
    now: () => now,
  });
  return {
    see: (next: ExposedApi | undefined, cause: 'list' | 'watch' = 'watch') => {
      meter.note({ previous: present, next, cause });
      present = next;
    },
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    handOver: () => {
      isMeasuring = false;
    },
    value: async (series: string): Promise<string | undefined> =>
      (await metrics.page())
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1),
  };
}

const inState = (state: string): ExposedApi =>
  parsedApi({ status: registeredStatus({ state, registered: undefined }) });

test('APIs are counted by the state that they tell, and every state has a series', async () => {
  const { see, value } = setUp();
  see(parsedApi());
  expect(await value('apig_apis{state="Pending"}')).toBe('1');
  see(settledApi());
  expect(await value('apig_apis{state="Pending"}')).toBe('0');
  expect(await value('apig_apis{state="Registered"}')).toBe('1');
  see(settledApi({ metadata: { ...DELETING } }));
  expect(await value('apig_apis{state="Removing"}')).toBe('1');
  see(undefined);
  expect(await value('apig_apis{state="Removing"}')).toBe('0');
});

test('a registration is measured from the event of a new API to that of its status', async () => {
  const { see, pass, value } = setUp();
  see(parsedApi());
  pass(3);
  see(inState('Registering'));
  pass(1);
  see(settledApi());
  expect(await value('apig_registration_duration_seconds_count')).toBe('1');
  expect(await value('apig_registration_duration_seconds_sum')).toBe('4');
});

test('so is a changed spec, with all the time that its gateway was away', async () => {
  const { see, pass, value } = setUp();
  see(settledApi(), 'list');
  const changed = parsedApi({ spec: { port: 9090 }, status: registeredStatus() });
  see(changed);
  pass(40);
  see(parsedApi({ spec: { port: 9090 }, status: registeredStatus({ state: 'Retrying' }) }));
  pass(20);
  const { specHash } = changed;
  see(settledApi({ spec: { port: 9090 }, status: registeredStatus({ observedSpecHash: specHash }) }));
  expect(await value('apig_registration_duration_seconds_sum')).toBe('60');
});

test('what only one of several processes may measure, what nobody changed and what ended otherwise is not measured', async () => {
  const { see, pass, handOver, value } = setUp();
  see(parsedApi(), 'list');
  see(settledApi());
  see(undefined);
  see(parsedApi());
  pass(5);
  see(inState('Conflict'));
  pass(500);
  see(inState('Registering'));
  see(settledApi());
  see(undefined);
  handOver();
  see(parsedApi());
  see(settledApi());
  expect(await value('apig_registration_duration_seconds_count')).toBe('0');
});

test('the longest wait grows until an answer comes, through its retries', async () => {
  const { see, pass, value } = setUp();
  see(parsedApi());
  pass(30);
  expect(await value('apig_waiting_apis{what="registration"}')).toBe('1');
  expect(await value('apig_oldest_wait_seconds{what="registration"}')).toBe('30');
  see(inState('Retrying'));
  pass(30);
  expect(await value('apig_oldest_wait_seconds{what="registration"}')).toBe('0');
  expect(await value('apig_waiting_apis{what="retry"}')).toBe('1');
  expect(await value('apig_oldest_wait_seconds{what="retry"}')).toBe('60');
  see(settledApi());
  expect(await value('apig_oldest_wait_seconds{what="retry"}')).toBe('0');
});

test('a removal that is held waits from the deletion on, and one made anew under its name from its creation', async () => {
  const { see, pass, value } = setUp();
  see(inState('Retrying'));
  pass(100);
  see(settledApi({ metadata: { ...DELETING } }));
  pass(7);
  expect(await value('apig_waiting_apis{what="removal"}')).toBe('1');
  expect(await value('apig_oldest_wait_seconds{what="removal"}')).toBe('7');
  see(parsedApi({ metadata: { uid: 'another' } }));
  pass(1);
  expect(await value('apig_waiting_apis{what="removal"}')).toBe('0');
  expect(await value('apig_oldest_wait_seconds{what="registration"}')).toBe('1');
});

test('a restart does not forget since when something fails', async () => {
  const { see, value } = setUp();
  const condition = {
    type: 'Registered',
    status: 'False',
    reason: 'GatewayUnavailable',
    lastTransitionTime: '2026-01-01T23:00:00Z',
  };
  see(parsedApi({ status: { ...registeredStatus({ state: 'Retrying' }), conditions: [condition] } }), 'list');
  expect(await value('apig_oldest_wait_seconds{what="retry"}')).toBe('3600');
});

test('what somebody paused does not wait', async () => {
  const { see, value } = setUp();
  see(parsedApi({ metadata: { annotations: { 'apig.oda.tmforum.org/paused': 'true' } } }));
  expect(await value('apig_waiting_apis{what="registration"}')).toBe('0');
  see(settledApi({ metadata: { ...DELETING }, status: registeredStatus({ state: 'Paused' }) }));
  expect(await value('apig_waiting_apis{what="removal"}')).toBe('0');
  expect(await value('apig_apis{state="Paused"}')).toBe('1');
});
