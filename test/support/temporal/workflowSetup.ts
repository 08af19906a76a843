import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Toolchain } from '../../../deploy/dev/stack/toolchain.ts';
import { progressPrinter } from '../../../deploy/dev/stack/progressPrinter.ts';
import { testRun } from '../stack/testRun.ts';
import { provideWorkflowBundle } from './workflowBundle.ts';

/** Finds Temporal's servers and bundles the workflows once for all workflow tests. */
export default async function setUpWorkflows(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'apig-workflows-'));
  testRun.directories.push(directory);
  const toolchain = new Toolchain({
    environment: process.env,
    onProgress: progressPrinter({ isQuiet: true }),
  });
  const [cli, testServer] = await Promise.all([
    toolchain.path('temporal'),
    toolchain.path('temporal-test-server'),
    provideWorkflowBundle(directory),
  ]);
  process.env['TEMPORAL_CLI_PATH'] = cli;
  process.env['TEMPORAL_TEST_SERVER_PATH'] = testServer;
}
