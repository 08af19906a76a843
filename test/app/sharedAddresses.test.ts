import { warnOfSharedAddresses } from '../../src/app/sharedAddresses.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const TODAY = 'http://localhost:8080';

async function warnings(former: readonly string[], more: { APIG_MOCK?: string } = {}): Promise<number> {
  const { logger, lines } = silentLogger();
  const settings = { APIG_ENDPOINT: TODAY, APIG_FORMER_ENDPOINTS: former, APIG_MOCK: undefined, ...more };
  await warnOfSharedAddresses(settings, logger);
  return lines.filter(({ level }) => level === 'warn').length;
}

test('a former gateway whose name leads to an address of the gateway of today is warned of, once each', async () => {
  expect(await warnings(['http://127.0.0.1:9090', 'https://127.0.0.1', 'http://192.0.2.1'])).toBe(2);
});

test('one that leads elsewhere, or nowhere, is not; nor is any while the gateway is only played', async () => {
  expect(await warnings(['http://192.0.2.1:8080', 'http://not-there.invalid'])).toBe(0);
  expect(await warnings(['http://127.0.0.1:9090'], { APIG_MOCK: 'ok' })).toBe(0);
});
