import { sdkLogger } from '../../src/telemetry/sdkLogger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';

function recorded(): { logger: Logger; lines: [string, unknown, string][] } {
  const lines: [string, unknown, string][] = [];
  const say = (level: string) => (fields: unknown, message: string) =>
    void lines.push([level, fields, message]);
  const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  return { logger: logger as unknown as Logger, lines };
}

test("the SDK's warnings become our lines with the cause alone, its information is for debugging", () => {
  const { logger, lines } = recorded();
  const sdk = sdkLogger(logger);
  sdk.warn('Activity failed', { activityType: 'registerApi', error: new Error('busy') });
  sdk.log('INFO', 'Worker state changed', { state: 'RUNNING' });
  sdk.log('ERROR', 'Worker failed');
  expect(lines).toEqual([
    ['warn', { activityType: 'registerApi', error: 'busy' }, 'Activity failed'],
    ['debug', { state: 'RUNNING' }, 'Worker state changed'],
    ['error', {}, 'Worker failed'],
  ]);
});
