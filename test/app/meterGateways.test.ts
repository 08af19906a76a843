import { gatewayLabel, meterCalls } from '../../src/app/meterGateways.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

test('a gateway that a setting names is called by its address, all others have one name together', () => {
  const settings = {
    APIG_ENDPOINT: 'https://gateway.example/api',
    APIG_FORMER_ENDPOINTS: ['http://old.example:8080'],
  };
  const labels = [
    'https://gateway.example/api',
    'http://old.example:8080',
    'http://apig-operator-uportal.shop:8080',
    'http://apig-operator-uportal.bank:8080',
  ].map((endpoint) => gatewayLabel(settings, endpoint));
  expect(labels).toEqual(['gateway.example:443', 'old.example:8080', 'own-namespace', 'own-namespace']);
});

test('a call is in flight until it ends, and counts from then on', async () => {
  const metrics = createMetrics();
  const { observe, forget } = meterCalls(metrics, 'gateway.example:443');
  const ended = observe('register');
  expect(await metrics.page()).toContain('\napig_gateway_calls_in_flight{gateway="gateway.example:443"} 1\n');
  ended('unavailable', 0.2);
  const page = await metrics.page();
  expect(page).toContain('\napig_gateway_calls_in_flight{gateway="gateway.example:443"} 0\n');
  expect(page).toContain(
    '\napig_gateway_calls_total{verb="register",outcome="unavailable",gateway="gateway.example:443"} 1\n',
  );
  expect(page).toMatch(/^apig_gateway_call_duration_seconds_count\{verb="register".*\} 1$/m);
  forget();
  expect(await metrics.page()).not.toContain('apig_gateway_calls_in_flight{');
});
