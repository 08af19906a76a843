import { Toolchain } from '../../../deploy/dev/stack/toolchain.ts';
import { progressPrinter } from '../../../deploy/dev/stack/progressPrinter.ts';
import { provideWorkflowBundle } from './workflowBundle.ts';

/** Finds Temporal's servers and bundles the workflows once for all workflow tests. */
export default async function setUpWorkflows(): Promise<void> {
  const toolchain = new Toolchain({
    environment: process.env,
    onProgress: progressPrinter({ isQuiet: true }),
  });
  const [cli, testServer] = await Promise.all([
    toolchain.path('temporal'),
    toolchain.path('temporal-test-server'),
    provideWorkflowBundle(),
  ]);
  process.env['TEMPORAL_CLI_PATH'] = cli;
  process.env['TEMPORAL_TEST_SERVER_PATH'] = testServer;
}
