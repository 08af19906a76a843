import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { z } from 'zod';
import { POLICY_FIELDS } from '../../../src/domain/spec/policies.ts';
import { API_SPEC } from './apis.ts';

type Json = Readonly<Record<string, unknown>>;

interface Schema {
  readonly type?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly minItems?: number | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    enum: z.array(z.string()).optional(),
    minItems: z.number().optional(),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), schema).optional(),
    items: schema.optional(),
    'x-kubernetes-preserve-unknown-fields': z.boolean().optional(),
  }),
);
const definition = z.object({
  spec: z.object({
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: schema }) })),
  }),
});

/** `where-let`: wrong types only where the schema does not look; `anywhere`: the schema is a suggestion. */
export type WrongTypes = 'where-let' | 'anywhere';

/** Specs by the schema that deploy/chart/files/crds gives this resource at this version, good ones and bad ones. */
export function schemaSpecs(plural: string, version: string, wrongTypes: WrongTypes): fc.Arbitrary<Json> {
  const file = readFileSync(
    new URL(`../../../deploy/chart/files/crds/${plural}.yaml`, import.meta.url),
    'utf8',
  );
  const { versions } = definition.parse(parse(file)).spec;
  const found = versions.find(({ name }) => name === version)?.schema.openAPIV3Schema.properties?.['spec'];
  if (found === undefined) throw new Error(`deploy/chart/files/crds has no ${plural} at ${version}`);
  return objectOf(found, wrongTypes);
}

const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u0000',
  '..',
  '/a/../b',
  '/a%2e%2e/b',
  '//evil.example/',
  'http://user:secret@10.0.0.1/',
  'file:///etc/passwd',
  '\r\nX-Evil: 1',
  '<img src=x>',
  '${7*7}`',
  '\u202egnp.\ud83d\ude00',
  '\ufeffİıſ',
  'a\u0301'.repeat(200),
  'x'.repeat(254),
  `/${'x'.repeat(1_024)}`,
  `https://specs.example/${'x'.repeat(60_000)}`,
  '__proto__',
  'constructor',
];
const nested = (depth: number): unknown => JSON.parse(`${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`);
const hostileText = fc.constantFrom(...HOSTILE_TEXTS);

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 0.5, 1e308, 2 ** 53, [], {}, [null], [[]]),
  },
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  {
    weight: 2,
    // As parsed JSON these are own keys; a literal would set the prototype.
    arbitrary: fc
      .constantFrom(
        '{"__proto__":{"polluted":true}}',
        '{"constructor":{"prototype":{"polluted":true}},"toString":1,"then":{},"toJSON":1}',
      )
      .map((text): unknown => JSON.parse(text)),
  },
  { weight: 2, arbitrary: fc.constantFrom(3, 40, 300).map(nested) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      // The API server takes 10,000 levels, the client that sends them less.
      fc.constant(1_200).map(nested),
      fc.constantFrom<unknown>('x y', { url: 'x y' }, null, 7).map((one) => Array(2_000).fill(one)),
    ),
  },
);

/** What a person would write, by the name of the field. */
const GOOD: Readonly<Record<string, fc.Arbitrary<string>>> = {
  name: fc.constantFrom('productcatalog', 'Orders', 'stock'),
  path: fc.stringMatching(/^\/fuzz\/[a-z0-9]{6,12}$/),
  implementation: fc.constantFrom('catalog', 'stock'),
  url: fc.constantFrom('https://specs.example/TMF620_v4.json', 'http://specs.example/v5/roles.json'),
  version: fc.constantFrom('v4', '5.0.1'),
  apiType: fc.constantFrom('openapi', 'prometheus'),
  developerUI: fc.constantFrom('/docs', 'https://docs.example/'),
  limit: fc.constantFrom('6', ''),
  interval: fc.constantFrom('ps', 'pm'),
};

/** Fields of other versions, and keys that mean something to a language or to nobody. */
const EXTRA_KEYS = [
  ...Object.keys(API_SPEC),
  ...POLICY_FIELDS,
  'apitype',
  'segment',
  'required',
  'resources',
  'developerUI',
  'hostname',
  'apiSDO',
  'gatewayConfiguration',
  '__proto__',
  'constructor',
  'toString',
  'a/b',
  '~1',
  'sp ace',
  '\u202e',
  '😀',
  'x'.repeat(500),
];

function valueOf(key: string, node: Schema, wrongTypes: WrongTypes): fc.Arbitrary<unknown> {
  const good = goodValue(key, node, wrongTypes);
  return wrongTypes === 'where-let'
    ? good
    : fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: hostile });
}

function goodValue(key: string, node: Schema, wrongTypes: WrongTypes): fc.Arbitrary<unknown> {
  switch (node.type) {
    case 'object':
      return objectOf(node, wrongTypes);
    case 'array':
      return fc.array(node.items ? valueOf(key, node.items, wrongTypes) : hostile, {
        minLength: node.minItems ?? 0,
        maxLength: 3,
      });
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return usually(fc.constantFrom(80, 8080), fc.constantFrom(0, -1, 65_536, 2 ** 31));
    case 'string':
      return node.enum
        ? fc.constantFrom(...node.enum)
        : usually(GOOD[key] ?? fc.constantFrom('', 'text'), hostileText);
    default:
      return hostile;
  }
}

function objectOf(node: Schema, wrongTypes: WrongTypes): fc.Arbitrary<Json> {
  const { properties = {}, required = [] } = node;
  const declared = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, valueOf(key, value, wrongTypes)]),
    ),
    { requiredKeys: [...required] },
  );
  if (!node['x-kubernetes-preserve-unknown-fields']) return declared;
  const extraKeys = EXTRA_KEYS.filter((key) => !Object.hasOwn(properties, key));
  const extras = fc.array(fc.tuple(fc.constantFrom(...extraKeys), hostile), { maxLength: 2 });
  return fc
    .tuple(declared, usually(fc.constant<[string, unknown][]>([]), extras))
    .map(([fields, more]) => Object.fromEntries([...more, ...Object.entries(fields)]));
}

function usually<T>(arbitrary: fc.Arbitrary<T>, otherwise: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 15, arbitrary }, { weight: 1, arbitrary: otherwise });
}
