import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../../../../deploy/dev/stack/withLock.ts';
import { temporaryDirectory } from '../../../support/stack/temporaryDirectory.ts';

const root = temporaryDirectory();
const ignoreWait = { onWait: (): void => undefined };

test('a lock lets one in at a time and tells the other that it waits', async () => {
  const path = join(root, 'one');
  const steps: string[] = [];
  const hold = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const first = withLock(path, { onWait: () => steps.push('first waits') }, async () => {
    steps.push('first in');
    entered.resolve();
    await hold.promise;
    steps.push('first out');
  });
  await entered.promise;
  const second = withLock(
    path,
    {
      onWait: () => {
        steps.push('second waits');
        hold.resolve();
      },
    },
    async () => {
      steps.push('second in');
    },
  );
  await Promise.all([first, second]);
  expect(steps).toEqual(['first in', 'second waits', 'first out', 'second in']);
});

test('a lock is free again after its holder failed', async () => {
  const path = join(root, 'failed');
  await expect(withLock(path, ignoreWait, async () => await Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  await expect(withLock(path, ignoreWait, async () => 'in')).resolves.toBe('in');
});

test('a lock whose holder shows no sign of life is taken over', async () => {
  const path = join(root, 'crashed');
  mkdirSync(`${path}.lock`);
  const longAgo = Date.now() / 1000 - 3600;
  utimesSync(`${path}.lock`, longAgo, longAgo);
  let waited = false;
  await expect(withLock(path, { onWait: () => (waited = true) }, async () => 'in')).resolves.toBe('in');
  expect(waited).toBe(false);
});
