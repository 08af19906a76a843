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

test('a worker for gateway calls alone is what it is meant to be, and no alarm', () => {
  const { logger, lines } = recorded();
  const sdk = sdkLogger(logger);
  sdk.warn('No workflows registered, not polling for workflow tasks', { taskQueue: 'apig-gateway/a:80' });
  sdk.warn('No activities registered');
  expect(lines.map(([level]) => level)).toEqual(['debug', 'warn']);
});

test('a gateway call that fails is told once, not at every try, and without what only Temporal can read', () => {
  const { logger, lines } = recorded();
  const sdk = sdkLogger(logger);
  const fields = { workflowId: 'exposed-api/shop/a', taskToken: 'CiQw', isLocal: false };
  for (const attempt of [1, 2, 3])
    sdk.warn('Activity failed', { ...fields, attempt, error: new Error('away') });
  sdk.warn('Activity failed', { ...fields, isLocal: true, attempt: 2 });
  expect(lines.map(([level]) => level)).toEqual(['warn', 'debug', 'debug', 'warn']);
  expect(lines[0]?.[1]).toEqual({
    workflowId: 'exposed-api/shop/a',
    isLocal: false,
    attempt: 1,
    error: 'away',
  });
});

test('a failed workflow task is told with its workflow, its cause and what to do, though the SDK names only the run', () => {
  const { logger, lines } = recorded();
  const sdk = sdkLogger(logger);
  const failure =
    'Failure { failure: Some(Failure { message: "[TMPRL1100] No command \\"x\\" for event", source: "", stack_trace: "at w (a.ts)" }) }';
  sdk.log('TRACE', 'Creating workflow', { workflowId: 'exposed-api/shop/a', runId: 'run-1' });
  sdk.log('WARN', 'Failing workflow task', { sdkComponent: 'core', runId: 'run-1', failure });
  sdk.log('TRACE', 'Disposing workflow', { workflowId: 'exposed-api/shop/a', runId: 'run-1' });
  sdk.log('WARN', 'Failing workflow task', { sdkComponent: 'core', runId: 'run-1', failure });
  const error = '[TMPRL1100] No command "x" for event';
  expect(lines.filter(([level]) => level === 'warn')).toEqual([
    [
      'warn',
      { workflowId: 'exposed-api/shop/a', runId: 'run-1', error },
      expect.stringContaining('reset or terminate'),
    ],
    ['warn', { workflowId: undefined, runId: 'run-1', error }, expect.any(String)],
  ]);
});
