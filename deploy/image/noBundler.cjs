'use strict';
// In the image this is `@temporalio/worker/lib/workflow/bundler.js`: the worker loads that file at each start, and with it webpack,
// though a process that has its bundle never bundles.

function refuse() {
  throw new Error(
    'This image has a workflow bundle of its own and cannot make another: its sources were changed after it was built.',
  );
}

// Called with `new`, so no arrow function.
exports.WorkflowCodeBundler = refuse;
exports.bundleWorkflowCode = async () => refuse();
exports.moduleMatches = refuse;
exports.allowedBuiltinModules = [];
exports.disallowedBuiltinModules = [];
exports.disallowedModules = [];
// Read by the worker, which warns of modules that a bundle made elsewhere cannot have.
Object.defineProperty(exports, 'defaultWorkflowInterceptorModules', {
  enumerable: true,
  get: () => [require.resolve('../workflow-log-interceptor')],
});
