import { obtain } from '../../src/app/obtain.ts';
import type { PartHealth } from '../../src/telemetry/health.ts';
import { quickClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

const HERE = { namespace: 'default' };

/** @param answers one for each try */
function setUp(answers: readonly (Error | typeof HERE)[]) {
  const clock = quickClock(0);
  const { logger, lines } = silentLogger();
  const parts: Record<string, () => PartHealth> = {};
  const stopped = new AbortController();
  const seen: (PartHealth | undefined)[] = [];
  let tries = 0;
  const get = async (): Promise<typeof HERE> => {
    seen.push(parts['temporal']?.());
    const answer = answers[tries];
    tries += 1;
    if (answer === undefined) stopped.abort();
    if (answer === HERE) return answer;
    throw answer ?? new Error('stopped');
  };
  const found = obtain(
    { part: 'temporal', detail: 'connecting', get },
    { parts, logger, clock },
    stopped.signal,
  );
  return { found, parts, seen, clock, lines };
}

const refused = (): Error =>
  new Error('It cannot be reached. Check its address.', { cause: new Error('refused') });

test('what is missing at the start is waited for: /readyz says what and what to do, the log says it once', async () => {
  const { found, parts, seen, clock, lines } = setUp([refused(), refused(), refused(), HERE]);
  expect(await found).toBe(HERE);
  expect(seen.slice(0, 2)).toEqual([
    { ready: false, detail: 'connecting' },
    { ready: false, detail: 'It cannot be reached. Check its address. (refused)' },
  ]);
  expect(lines.filter(({ level }) => level !== 'debug')).toEqual([
    expect.objectContaining({
      level: 'warn',
      part: 'temporal',
      error: 'refused',
      msg: 'It cannot be reached. Check its address.',
    }),
    expect.objectContaining({ level: 'info', msg: 'What this process waited for is there' }),
  ]);
  expect(clock.waits).toEqual([1_000, 2_000, 4_000]);
  expect(parts).toEqual({});
});

test('another fault is another line', async () => {
  const { found, lines } = setUp([refused(), new Error('It has no such namespace.'), HERE]);
  await found;
  expect(lines.filter(({ level }) => level === 'warn').map(({ msg }) => msg)).toEqual([
    'It cannot be reached. Check its address.',
    'It has no such namespace.',
  ]);
});

test('a process that is to stop waits no longer, and that is no error', async () => {
  const { found } = setUp([refused()]);
  expect(await found).toBeUndefined();
});
