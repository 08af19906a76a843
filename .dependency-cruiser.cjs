/** The import contract of docs/architecture.md: downwards only. `test/imports.test.ts` proves that each rule fires. */
const NPM = 'node_modules/';
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed, dependencyTypesNot: ['type-only'] },
});
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('domain-is-pure', '^src/domain/', ['^src/domain/', `${NPM}(zod|@noble)/`], 'domain imports nothing of ours and no I/O'),
    only('config-knows-domain', '^src/config/', ['^src/(config|domain)/', `${NPM}(zod|@temporalio/envconfig)`, '^(node:)?(fs|path)$'], 'only config reads the environment'),
    only('telemetry-knows-domain', '^src/telemetry/', ['^src/(telemetry|domain)/', `${NPM}(pino|prom-client|fastify)`], 'logs, metrics, health'),
    only('gateway-knows-domain', '^src/gateway/', ['^src/(gateway|domain)/', `${NPM}(axios|zod)/`, '^(node:)?(fs|fs/promises|https|http)$'], 'the only place that knows the wire format'),
    only('kubernetes-knows-domain', '^src/kubernetes/', ['^src/(kubernetes|domain)/', `${NPM}(@kubernetes|zod)/`, '^(node:)?(timers/promises|crypto|stream)$'], 'the only place that talks to the API server'),
    only('activities-get-their-clients', '^activities/', ['^activities/', '^src/(domain|telemetry)/', `${NPM}@temporalio/(activity|common)`], 'real clients are passed in'),
    only('workflows-are-deterministic', '^workflows/', ['^workflows/', '^src/domain/', `${NPM}@temporalio/(workflow|common)`], 'workflows import domain and the SDK'),
    { name: 'workflows-see-activity-types-only', severity: 'error', from: { path: '^workflows/' }, to: { path: '^activities/', pathNot: '^activities/types\\.ts$' } },
    only('watcher-signals', '^watcher/', ['^watcher/', '^src/(domain|kubernetes|telemetry)/', '^workflows/messages\\.ts$', `${NPM}(@temporalio/(client|common)|@kubernetes)`], 'the watcher holds no truth'),
    { name: 'mains-are-roots', severity: 'error', from: { pathNot: '^(test|deploy)/|^src/(main|worker|watch)\\.ts$' }, to: { path: '^src/(main|worker|watch)\\.ts$' } },
    { name: 'product-knows-no-deploy-or-test', severity: 'error', from: { path: '^(src|watcher|workflows|activities)/' }, to: { path: '^(deploy|test)/' } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/fixtures/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
