import { rm } from 'node:fs/promises';
import { testRun } from './testRun.ts';

/** Stops the shared stack, or gives it back, and removes what it and the other set-ups left on disk. */
export default async function tearDownStack(): Promise<void> {
  await testRun.endStack?.();
  testRun.endStack = undefined;
  await Promise.all(
    testRun.directories
      .splice(0)
      .map(async (directory) => await rm(directory, { recursive: true, force: true })),
  );
}
