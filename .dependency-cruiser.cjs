/** The import contract of docs/architecture.md: downwards only. `test/imports.test.ts` proves that each rule fires. */
const NPM = 'node_modules/';
const NODE = '^(node:)?';
/** The composition roots: the only places that build real clients. */
const ROOTS = '^src/app/';

/** What a folder may import; anything else, types included, is an error. */
const only = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { pathNot: [`^${folder}/`, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'what needs each other is one thing, or has a third thing in common',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    only(
      'domain-is-pure',
      'src/domain',
      [`${NPM}(zod|@noble)/`],
      'domain imports nothing of ours and does no I/O: the workflow sandbox uses it',
    ),
    // The folders of domain, lowest first: each may import those before it.
    ...['kubernetes', 'spec', 'registration', 'component', 'exposedApi']
      .slice(0, -1)
      .map((folder, index, all) => ({
        name: `domain-${folder}-is-below`,
        comment: 'the concepts of the domain build on each other in one order, without a circle',
        severity: 'error',
        from: { path: `^src/domain/${folder}/` },
        to: { path: `^src/domain/(${[...all.slice(index + 1), 'exposedApi'].join('|')})/` },
      })),
    only(
      'config-knows-domain',
      'src/config',
      ['^src/domain/', `${NPM}(zod|@temporalio/envconfig)/`],
      'config turns the environment into settings and builds nothing',
    ),
    only(
      'telemetry-knows-domain',
      'src/telemetry',
      [
        '^src/domain/',
        `${NPM}(pino|prom-client|fastify|@opentelemetry)/`,
        `${NODE}(async_hooks|timers/promises)$`,
      ],
      'telemetry is told; it asks nobody',
    ),
    only(
      'gateway-knows-domain',
      'src/gateway',
      ['^src/(domain|telemetry)/', `${NPM}(axios|zod)/`, `${NODE}(fs/promises|https)$`],
      'gateway is the only place that knows the wire format, and knows nothing else',
    ),
    only(
      'kubernetes-knows-domain',
      'src/kubernetes',
      [
        '^src/(domain|telemetry)/',
        `${NPM}(@kubernetes/client-node|undici|zod)/`,
        `${NODE}(async_hooks|crypto|stream|timers/promises|util)$`,
      ],
      'kubernetes is the only place that talks to the API server, and knows nothing else',
    ),
    only(
      'paths-know-the-view',
      'src/paths',
      ['^src/(domain|kubernetes|telemetry)/'],
      'who owns a path is decided from what the view shows',
    ),
    {
      name: 'activities-get-their-clients',
      comment:
        'activities import domain; gateway and kubernetes as types only: the composition root passes them in',
      severity: 'error',
      from: { path: '^activities/' },
      to: {
        pathNot: ['^activities/', '^src/domain/', `${NPM}@temporalio/(activity|common)/`],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'activities-know-no-workflow',
      comment: 'nor anything else above them, not even as a type',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^(workflows|watcher|src/config)/' },
    },
    only(
      'workflows-are-deterministic',
      'workflows',
      ['^activities/types\\.ts$', '^src/domain/', `${NPM}@temporalio/(workflow|common)/`],
      'workflows import domain, the SDK, and of the activities their types',
    ),
    only(
      'watcher-signals',
      'watcher',
      [
        '^src/(domain|kubernetes|paths|telemetry)/',
        '^workflows/messages\\.ts$',
        `${NPM}@temporalio/(client|common)/`,
      ],
      'the watcher knows of the workflows no more than their messages',
    ),
    {
      name: 'mains-are-roots',
      comment: 'composition roots are imported by nothing but each other',
      severity: 'error',
      from: { pathNot: ['^(test|deploy)/', ROOTS] },
      to: { path: ROOTS },
    },
    {
      name: 'traces-load-lazily',
      comment: 'a process that sends no traces has no SDK of OpenTelemetry in its memory',
      severity: 'error',
      from: { pathNot: ['^(test|deploy)/', '^src/telemetry/otlpTracing\\.ts$'] },
      to: { path: `^src/telemetry/otlpTracing\\.ts$|${NPM}@opentelemetry/`, dynamic: false },
    },
    {
      name: 'product-knows-no-deploy-or-test',
      comment: 'what runs in a cluster stands without the stack of one machine',
      severity: 'error',
      from: { path: '^(src|watcher|workflows|activities)/' },
      to: { path: '^(deploy|test|docs)/' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/fixtures/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
