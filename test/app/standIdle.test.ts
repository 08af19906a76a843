import { gatewayFault, standIdle } from '../../src/app/standIdle.ts';
import { loadSettings } from '../../src/config/loadSettings.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { eventually } from '../support/builders/eventually.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

test.each([
  ['an endpoint', { APIG_ENDPOINT: 'apig.example:8080' }],
  ['the gateway of each namespace', { APIG_ENDPOINT_PER_NAMESPACE: 'true' }],
  [
    'both: the endpoint, and what is left at the others',
    { APIG_ENDPOINT: 'apig.example', APIG_ENDPOINT_PER_NAMESPACE: 'true' },
  ],
  ['a mock', { APIG_MOCK: 'pretended' }],
])('%s says which gateway is meant', (_what, environment) => {
  expect(gatewayFault(loadSettings(environment))).toBeUndefined();
});

test.each([
  ['the same address', 'apig.example:8080', 'http://apig.example:8080'],
  ['a slash at its end', 'http://apig.example:8080/', 'http://apig.example:8080'],
  ['capital letters', 'HTTP://APIG.example:8080', 'http://apig.example:8080'],
  ['its default port', 'https://apig.example:443', 'https://apig.example'],
  ['the dot of a full name', 'http://apig.example.:8080', 'http://apig.example:8080'],
  ['another path, which no gateway is told apart by', 'http://apig.example/new', 'http://apig.example/old'],
  ['a long IPv6 address', 'http://[fd00:0:0::1]:8080', 'http://[fd00::1]:8080'],
])(
  'a former gateway that is the one of today, by %s, is refused: what is registered would be removed',
  (_by, former, today) => {
    const environment = { APIG_ENDPOINT: today, APIG_FORMER_ENDPOINTS: `http://other.example,${former}` };
    const fault = gatewayFault(loadSettings(environment));
    expect(fault).toContain('Take it out of APIG_FORMER_ENDPOINTS');
    expect(
      gatewayFault(loadSettings({ ...environment, APIG_FORMER_ENDPOINTS: 'http://other.example' })),
    ).toBeUndefined();
  },
);

test('with no gateway set the process lives, is not ready, and says in /readyz and in one line what to set', async () => {
  const fault = gatewayFault(loadSettings({})) ?? '';
  expect(fault).toContain('Set APIG_ENDPOINT ');
  expect(fault).toContain('APIG_ENDPOINT_PER_NAMESPACE=true');
  expect(fault).toContain('The operator that this one replaces');

  const { logger, lines } = silentLogger();
  const stopped = new AbortController();
  const idle = standIdle({ port: 0, fault, metrics: createMetrics(), logger }, stopped.signal);
  await eventually('it says so', () => lines.length === 1);
  const [line] = lines;
  expect(line).toMatchObject({ level: 'error', msg: fault });
  const at = (path: string): string => `http://127.0.0.1:${line?.port}${path}`;
  expect((await fetch(at('/livez'))).status).toBe(200);
  const readyz = await fetch(at('/readyz'));
  expect(readyz.status).toBe(503);
  expect(await readyz.json()).toEqual({
    ready: false,
    parts: { gateway: { ready: false, detail: fault } },
  });
  stopped.abort();
  await idle;
});
