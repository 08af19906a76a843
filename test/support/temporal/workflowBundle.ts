import { workflowBundle } from '../../../src/app/workflowBundle.ts';

/** Names the file with the bundled workflows, for `workflowBundle: { codePath }` of a worker. */
const WORKFLOW_BUNDLE_VARIABLE = 'WORKFLOW_BUNDLE';

/** Has the bundle that is used in service made before any test or operator needs it. */
export async function provideWorkflowBundle(): Promise<void> {
  process.env[WORKFLOW_BUNDLE_VARIABLE] ??= (await workflowBundle()).codePath;
}
