import { readFileSync } from 'node:fs';

/** The sandbox makes every module anew for every cached workflow: each package costs memory a thousand times. */
test('what workflows import has no parser in it, and no package but the SDK and what that needs', () => {
  const path = process.env['WORKFLOW_BUNDLE'];
  if (path === undefined) throw new Error('WORKFLOW_BUNDLE is not set: run the tests through npm run jest');
  const modules = readFileSync(path, 'utf8').matchAll(/node_modules\/((?:@[\w-]+\/)?[\w.-]+)\//g);
  const packages = new Set([...modules].map(([, name = '']) => name));
  expect(packages).toEqual(
    new Set(['@temporalio/common', '@temporalio/workflow', 'long', 'ms', 'nexus-rpc']),
  );
});
