import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures/imports', import.meta.url));

const reportSchema = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    ruleSetUsed: z.object({ forbidden: z.array(z.object({ name: z.string() })) }),
  }),
});

/** Judges a tree by the project's own rules. */
async function cruise(
  directory: string,
  folders: readonly string[],
  rules = '.dependency-cruiser.cjs',
): Promise<z.infer<typeof reportSchema>> {
  const { stdout } = await promisify(execFile)(
    `${ROOT}node_modules/.bin/depcruise`,
    ['--config', `${ROOT}${rules}`, '--output-type', 'json', ...folders],
    { cwd: directory, maxBuffer: 64 * 1024 * 1024 },
  );
  return reportSchema.parse(JSON.parse(stdout));
}

const FOLDERS = ['src', 'watcher', 'workflows', 'activities', 'deploy'];

describe('the import rules', () => {
  let found: readonly string[];
  let rules: readonly string[];

  beforeAll(async () => {
    const { summary } = await cruise(FIXTURES, FOLDERS);
    found = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${nameOf(to)}`);
    rules = summary.ruleSetUsed.forbidden.map(({ name }) => name);
  });

  test.each([
    'no-cycles: src/domain/cycle.ts → src/domain/ideas.ts',
    'domain-is-pure: src/domain/dialsOut.ts → axios',
    'domain-is-pure: src/domain/readsFiles.ts → fs',
    'domain-is-pure: src/domain/knowsTheDriver.ts → src/gateway/driver.ts',
    'domain-kubernetes-is-below: src/domain/kubernetes/namesTheStatus.ts → src/domain/exposedApi/status.ts',
    'domain-spec-is-below: src/domain/spec/readsTheStatus.ts → src/domain/exposedApi/status.ts',
    'domain-registration-is-below: src/domain/registration/plansByTheStatus.ts → src/domain/exposedApi/status.ts',
    'domain-component-is-below: src/domain/component/listsTheStatus.ts → src/domain/exposedApi/status.ts',
    'config-knows-domain: src/config/settings.ts → src/telemetry/logger.ts',
    'telemetry-knows-domain: src/telemetry/logger.ts → fs',
    'gateway-knows-domain: src/gateway/driver.ts → src/kubernetes/client.ts',
    'kubernetes-knows-domain: src/kubernetes/client.ts → src/config/settings.ts',
    'paths-know-the-view: src/paths/owner.ts → src/config/settings.ts',
    'activities-get-their-clients: activities/buildsItsDriver.ts → src/gateway/driver.ts',
    'activities-know-no-workflow: activities/knowsTheWorkflow.ts → workflows/messages.ts',
    'workflows-are-deterministic: workflows/takesMore.ts → activities/takesItsDriver.ts',
    'workflows-are-deterministic: workflows/callsByItself.ts → @temporalio/client',
    'watcher-signals: watcher/decides.ts → workflows/takesTypes.ts',
    'mains-are-roots: watcher/startsAWorker.ts → src/app/worker.ts',
    'traces-load-lazily: src/app/tracesAlways.ts → src/telemetry/otlpTracing.ts',
    'product-knows-no-deploy-or-test: watcher/leansOnTheStack.ts → deploy/stack.ts',
  ])('catch %s', (violation) => {
    expect(found).toContain(violation);
  });

  test.each(['activities/takesItsDriver.ts', 'workflows/takesTypes.ts', 'watcher/signals.ts'])(
    'let %s have the types it needs',
    (file) => {
      expect(found.filter((violation) => violation.includes(`: ${file} →`))).toEqual([]);
    },
  );

  test('are each proven by a violation above', () => {
    const fired = new Set(found.map((violation) => violation.split(':')[0]));
    expect(rules.filter((name) => !fired.has(name))).toEqual([]);
  });
});

test('a parser that a workflow reaches through the domain is caught, by whatever way it comes into the bundle', async () => {
  const { summary } = await cruise(FIXTURES, ['workflows'], '.dependency-cruiser.bundle.cjs');
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${nameOf(to)}`)).toEqual([
    'workflows-hold-no-parser: workflows/parses.ts → zod',
  ]);
  const own = await cruise(ROOT, ['workflows'], '.dependency-cruiser.bundle.cjs');
  expect(own.summary.violations).toEqual([]);
  expect(own.summary.totalCruised).toBeGreaterThan(20);
});

test('the project keeps its import rules', async () => {
  const { summary } = await cruise(ROOT, [...FOLDERS, 'test', 'docs']);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  // Not an empty tree that keeps every rule.
  expect(summary.totalCruised).toBeGreaterThan(100);
});

/** A package by its name, a file by its path. */
function nameOf(target: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(target)?.[1] ?? target;
}
