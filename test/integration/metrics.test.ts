import { METRICS } from '../../src/telemetry/metricsTable.ts';
import { eventually } from '../support/builders/eventually.ts';
import { useOperator } from '../support/stack/useOperator.ts';

const setUp = useOperator('metrics', { copies: 2 });
const { user } = setUp;
const DEADLINE_MS = 30_000;

async function pages(): Promise<readonly string[]> {
  return await Promise.all(
    setUp.operators.map(async ({ url }) => (await fetch(new URL('/metrics', url))).text()),
  );
}

/** What a series is in each of the two processes; undefined where it is not there. */
async function values(series: string): Promise<readonly (number | undefined)[]> {
  const line = new RegExp(`^${series.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm');
  return (await pages()).map((page) => {
    const value = line.exec(page)?.[1];
    return value === undefined ? undefined : Number(value);
  });
}

const sumOf = async (series: string): Promise<number> =>
  (await values(series)).reduce<number>((sum, value = 0) => sum + value, 0);

async function isInBoth(series: string, value: number): Promise<void> {
  await eventually(
    `${series} ${value}`,
    async () => (await values(series)).every((one) => one === value),
    DEADLINE_MS,
  );
}

async function isInOne(series: string, isSo: (value: number | undefined) => boolean): Promise<void> {
  await eventually(
    `${series} in one process`,
    async () => (await values(series)).filter(isSo).length === 1,
    DEADLINE_MS,
  );
}

async function isInAll(series: string, sum: number): Promise<void> {
  await eventually(`${series} ${sum} in all`, async () => (await sumOf(series)) === sum, DEADLINE_MS);
}

test('two processes tell the same of the APIs; one of them holds the lease, calls the gateway and measures', async () => {
  // When the lane comes up everything is listed once more, and how long an API waited that a list shows cannot be measured.
  await eventually(
    'the lane is up',
    async () =>
      (await Promise.all(setUp.operators.map((one) => one.readyz()))).some((text) =>
        text.includes('gateway calls: here, to 1 gateway'),
      ),
    DEADLINE_MS,
  );
  await user.create('metered');
  await user.untilCondition('metered', 'Registered', 'True Confirmed');
  await isInBoth('apig_apis{state="Registered"}', 1);
  await isInBoth('apig_waiting_apis{what="registration"}', 0);
  await isInAll('apig_lease_held', 1);
  await isInAll('apig_registration_duration_seconds_count', 1);
  const { host } = new URL(setUp.gateway.url);
  expect(await sumOf(`apig_gateway_calls_total{verb="register",outcome="accepted",gateway="${host}"}`)).toBe(
    1,
  );
  await isInOne(`apig_gateway_calls_in_flight{gateway="${host}"}`, (value) => value === 0);
});

test('every metric of the table has series in a process that watches and works', async () => {
  const [page = ''] = await pages();
  const missing = Object.keys(METRICS).filter((name) => !new RegExp(`^${name}(_count)?[{ ]`, 'm').test(page));
  // Only the holder of the lease has calls, and perhaps this process is not it.
  expect(missing.filter((name) => !name.startsWith('apig_gateway_'))).toEqual([]);
  expect(page).toMatch(
    /^apig_build_info\{version="\d+\.\d+\.\d+",workflows="[0-9a-f]{12}",node="24\.\S*"\} 1$/m,
  );
});

test('what the gateway keeps waiting is counted with its age, until the gateway is back', async () => {
  const { host } = new URL(setUp.gateway.url);
  await setUp.gateway.pause();
  await user.create('late');
  await user.remove('metered');
  await isInBoth('apig_waiting_apis{what="removal"}', 1);
  await isInBoth('apig_waiting_apis{what="retry"}', 1);
  await eventually(
    'two calls to be tried again',
    async () => (await sumOf(`apig_gateway_calls_waiting{gateway="${host}"}`)) === 2,
    DEADLINE_MS,
  );
  expect(await values('apig_oldest_wait_seconds{what="removal"}')).not.toContain(0);
  await isInOne(`apig_gateway_calls_queued{gateway="${host}"}`, (value) => value !== undefined);
  await setUp.gateway.resume();
  await isInBoth('apig_waiting_apis{what="removal"}', 0);
  await isInBoth('apig_waiting_apis{what="retry"}', 0);
  await isInBoth('apig_oldest_wait_seconds{what="removal"}', 0);
  await isInAll('apig_registration_duration_seconds_count', 2);
});
