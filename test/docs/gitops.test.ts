import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/gitops.md', ROOT), 'utf8');
const manifests = Array.from(page.matchAll(/```yaml\n(.*?)```/gs), ([, text = '']) => asObject(parse(text)));

function valuesOf(kind: string): unknown {
  const spec = asObject(manifests.find((one) => one['kind'] === kind)?.['spec']);
  return kind === 'HelmRelease' ? spec['values'] : asObject(asObject(spec['source'])['helm'])['valuesObject'];
}

/** `a.b` for each value that is set. */
function pathsOf(value: unknown, prefix = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner, prefix === '' ? key : `${prefix}.${key}`),
  );
}

test.each(['Application', 'HelmRelease'])('the values of the %s are values of the chart', (kind) => {
  const known = parse(readFileSync(new URL('deploy/chart/values.yaml', ROOT), 'utf8'));
  const set = pathsOf(valuesOf(kind));
  expect(set).toContain('temporal.address');
  const unknown = set.filter((path) => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    return !(
      last in keys.reduce<Readonly<Record<string, unknown>>>((at, key) => asObject(at[key]), asObject(known))
    );
  });
  expect(unknown).toEqual([]);
});
