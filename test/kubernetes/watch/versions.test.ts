import { createVersions } from '../../../src/kubernetes/watch/versions.ts';
import { heldClock } from '../../support/builders/quickClock.ts';

const deadline = () => ({ ms: 2_000, signal: new AbortController().signal });

test.each([
  ['the very version', '100', '100', true],
  ['a later one, of more digits', '1000', '999', true],
  ['an earlier one', '99', '100', false],
  ['another one that is no number', 'b', 'a', false],
])('%s', async (_what, seen, wanted, isReached) => {
  const clock = heldClock();
  const progress = createVersions(clock);
  progress.note(seen);
  const reached = progress.waitFor(wanted, deadline());
  clock.advance(2_000);
  expect(await reached).toBe(isReached);
});

test('who waits is told as soon as the version is there', async () => {
  const clock = heldClock();
  const progress = createVersions(clock);
  const reached = progress.waitFor('7', deadline());
  progress.note('6');
  progress.note('8');
  expect(await reached).toBe(true);
  expect(clock.pending()).toEqual([]);
});

test('who stops waits for nothing', async () => {
  const stopping = new AbortController();
  const reached = createVersions(heldClock()).waitFor('7', { ms: 2_000, signal: stopping.signal });
  stopping.abort();
  expect(await reached).toBe(false);
});
