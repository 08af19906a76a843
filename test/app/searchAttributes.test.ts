import { createSearchAttributes } from '../../src/app/searchAttributes.ts';
import { eventually } from '../support/builders/eventually.ts';
import { heldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

test('a failed look costs the columns until the next resync only, and a later failure takes nothing back', async () => {
  const answers = [new Error('away'), ['OdaApi'], ['OdaApi'], [], new Error('away'), ['OdaApi']];
  const { logger, lines } = silentLogger();
  const clock = heldClock();
  const stopping = new AbortController();
  const attributes = createSearchAttributes({
    missing: async () => {
      const answer = answers.shift() ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    intervalMs: 600_000,
    clock,
    logger,
  });
  await attributes.look();
  const seen = [attributes.areKnown()];
  const running = attributes.run(stopping.signal);
  while (answers.length > 0) {
    clock.advance(600_000);
    await eventually('the next wait', () => clock.pending().length === 1);
    seen.push(attributes.areKnown());
  }
  stopping.abort();
  await running;
  expect(seen).toEqual([false, false, false, true, true, false]);
  const lacking = lines.filter((line) => line.level === 'warn' && 'missing' in line);
  expect(lacking).toHaveLength(2);
});
