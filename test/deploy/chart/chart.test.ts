import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { REMOVAL_POLICIES } from '../../../src/app/jobs/checkRemoval.ts';
import { loadSettings } from '../../../src/config/loadSettings.ts';
import { SETTINGS } from '../../../src/config/settings.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const settingSchema = z.union([
  z.object({ enum: z.array(z.unknown()) }),
  z.object({ anyOf: z.array(z.unknown()) }),
  z.object({ type: z.literal('string') }),
]);
const schema = z
  .object({
    properties: z.object({
      settings: z.object({
        additionalProperties: z.literal(false),
        properties: z.record(z.string(), settingSchema),
      }),
      terminationGracePeriodSeconds: z.object({ minimum: z.number() }),
      uninstall: z.object({ properties: z.object({ policy: z.object({ enum: z.array(z.string()) }) }) }),
    }),
  })
  .parse(JSON.parse(read('deploy/chart/values.schema.json'))).properties;

/** With a value of their own; those of `settings` are the rest. */
const NAMED: readonly string[] = [
  ...read('deploy/chart/templates/_helpers.tpl').matchAll(/^([A-Z][A-Z_]+): \{\{/gm),
].map(([, name = '']) => name);

test('every setting of the operator has just one place in the values', () => {
  expect([...NAMED, ...Object.keys(schema.settings.properties)].toSorted()).toEqual(
    Object.keys(SETTINGS).toSorted(),
  );
});

test("what the schema's lists allow for a setting, the operator understands", () => {
  const pairs = Object.entries(schema.settings.properties).flatMap(([name, one]) =>
    'enum' in one ? one.enum.map((value) => [name, String(value)] as const) : [],
  );
  expect(pairs.length).toBeGreaterThan(5);
  for (const [name, value] of pairs) expect(() => loadSettings({ [name]: value })).not.toThrow();
});

test('a pod has more time to end than the calls that are out at SIGTERM', () => {
  const grace = /SHUTDOWN_GRACE_MS = ([\d_]+);/.exec(read('src/app/worker.ts'))?.[1] ?? '';
  const seconds = Number(grace.replaceAll('_', '')) / 1_000;
  expect(seconds).toBeGreaterThan(0);
  expect(schema.terminationGracePeriodSeconds.minimum).toBeGreaterThan(seconds);
});

test('each policy of an uninstall is one that the check knows, or none at all', () => {
  const policies = schema.uninstall.properties.policy.enum;
  expect(policies.filter((policy) => policy !== 'ignore')).toEqual(REMOVAL_POLICIES);
});

/** What may be said of an object: the names of its values, and of those in it. Free-form ones have none. */
interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
}

function valueNames(described: Described, path = ''): readonly string[] {
  const { properties } = described;
  if (properties === undefined) return [path];
  return Object.entries(properties).flatMap(([name, one]) => valueNames(one, `${path}/${name}`));
}

function isValue(values: unknown, path: string): boolean {
  const inside = (value: unknown, name: string): unknown =>
    Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
  return path.slice(1).split('/').reduce(inside, values) !== undefined;
}

test('every value that the schema allows has a default in values.yaml, so that people find it there', () => {
  const names = valueNames(JSON.parse(read('deploy/chart/values.schema.json')) as Described);
  const free = /^\/(global|settings|.+Probe)(\/|$)/;
  const values: unknown = parse(read('deploy/chart/values.yaml'));
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !free.test(name) && !isValue(values, name))).toEqual([]);
});

test('the chart has the version of the program', () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
  expect(parse(read('deploy/chart/Chart.yaml'))).toMatchObject({ version, appVersion: version });
});
