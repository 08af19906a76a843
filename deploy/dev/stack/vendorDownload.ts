import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WheelSource } from './binaries.ts';
import { LocalStackError } from './localStackError.ts';
import { describeError } from '../../../src/telemetry/logger.ts';

/**
 * Lets the Temporal SDK download its server from the vendor and keeps the file as `target`.
 *
 * @throws LocalStackError when the vendor's site cannot be reached.
 */
export async function vendorDownload(source: WheelSource, target: string): Promise<void> {
  const downloadDir = await mkdtemp(join(tmpdir(), 'temporal-download-'));
  try {
    // The SDK has no call that only downloads: the server it starts is stopped at once.
    const server = { executable: { type: 'cached-download', downloadDir } } as const;
    const environment =
      source.server === 'dev-server'
        ? await TestWorkflowEnvironment.createLocal({ server })
        : await TestWorkflowEnvironment.createTimeSkipping({ server });
    await environment.teardown();
    const [file] = await readdir(downloadDir);
    if (file === undefined) throw new Error('nothing was downloaded');
    await copyFile(join(downloadDir, file), target);
    await chmod(target, 0o755);
  } catch (error) {
    throw new LocalStackError(`the vendor's download failed (${describeError(error)})`);
  } finally {
    await rm(downloadDir, { recursive: true, force: true });
  }
}
