import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

/** Names the file with the bundled workflows, for `workflowBundle: { codePath }` of a worker. */
const WORKFLOW_BUNDLE_VARIABLE = 'WORKFLOW_BUNDLE';

const WORKFLOWS = fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url));

/** Bundles the workflows once for every test of a run: it takes seconds each time. */
export async function provideWorkflowBundle(directory: string): Promise<void> {
  if (process.env[WORKFLOW_BUNDLE_VARIABLE] !== undefined || !existsSync(WORKFLOWS)) return;
  const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: silent });
  const path = join(directory, 'workflows.cjs');
  await writeFile(path, code);
  process.env[WORKFLOW_BUNDLE_VARIABLE] = path;
}
