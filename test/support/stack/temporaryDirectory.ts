import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test file's own, removed when its tests have ended. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'apig-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
