import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

const VALUES = fileURLToPath(new URL('../deploy/chart/values.yaml', import.meta.url));
export const VALUES_PAGE = fileURLToPath(new URL('values.md', import.meta.url));

interface Row {
  readonly path: string;
  /** As YAML in one line; empty for what has values in it. */
  readonly byDefault: string;
  readonly meaning: string;
}

/** docs/values.md, from the comments of the chart's values. */
export function valuesPage(): string {
  const { contents } = parseDocument(readFileSync(VALUES, 'utf8'));
  if (!isMap(contents)) throw new Error('values.yaml holds no values');
  return [
    '# Values of the chart',
    '',
    '<!-- Generated from deploy/chart/values.yaml by `npm run docs`: change the comments there. -->',
    '',
    'Helm refuses a value that is not in this table, and one of the wrong kind, with its name. Every setting of the operator',
    'that has no value of its own goes under `settings`: [Settings](settings.md). [Install in a cluster](install.md) says what to set for what.',
    '',
    '| Value | Default | Meaning |',
    '| --- | --- | --- |',
    ...rowsOf(contents).map(
      ({ path, byDefault, meaning }) =>
        `| \`${path}\` | ${byDefault === '' ? '' : `\`${inCell(byDefault)}\``} | ${inCell(meaning)} |`,
    ),
    '',
  ].join('\n');
}

function rowsOf(values: YAMLMap, parent = ''): readonly Row[] {
  return values.items.flatMap((pair, index) => {
    // The comment above the first value of a group is the group's in the parser's eyes; above all of them stands that of the file.
    const above = index === 0 && parent !== '' ? values.commentBefore : undefined;
    return rowsOfPair(pair, parent, above ?? undefined);
  });
}

function rowsOfPair({ key, value }: Pair, parent: string, above: string | undefined): readonly Row[] {
  const path = `${parent}${isScalar(key) ? String(key.value) : ''}`;
  const meaning = meaningOf(above ?? (isScalar(key) ? key.commentBefore : undefined) ?? '');
  if (!isMap(value) || value.items.length === 0) return [{ path, byDefault: defaultOf(value), meaning }];
  const group = meaning === '' ? [] : [{ path, byDefault: '', meaning }];
  return [...group, ...rowsOf(value, `${path}.`)];
}

/** `# --` begins the text for people, as in other charts. */
function meaningOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.trim().replace(/^-- /, ''))
    .join(' ')
    .trim();
}

function defaultOf(value: unknown): string {
  const plain: unknown =
    typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
      ? value.toJSON()
      : value;
  if (plain === '' || plain === null) return '';
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(VALUES_PAGE, valuesPage());
