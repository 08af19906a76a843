import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
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

test('the chart has the version of the program', () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
  expect(parse(read('deploy/chart/Chart.yaml'))).toMatchObject({ version, appVersion: version });
});
