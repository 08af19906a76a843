import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MEMORY_ENVIRONMENT, NODE_FLAGS } from '../../../src/app/nodeFlags.ts';
import { reachableFolders, type InstalledPackage } from '../../../deploy/image/packages.ts';

const require = createRequire(import.meta.url);
const dockerfile = readFileSync(new URL('../../../deploy/image/Dockerfile', import.meta.url), 'utf8');

test('the image gives Node the flags and the environment that every other start of it has', () => {
  const starts = dockerfile.split('\n').filter((line) => line.includes('start.mjs'));
  const flags = NODE_FLAGS.map((flag) => `"${flag}"`).join(', ');
  // Also where it compiles: a compile cache is bound to the flags.
  expect(starts).toHaveLength(3);
  expect(starts.filter((line) => !line.includes(`"/nodejs/bin/node", ${flags}, `))).toEqual([]);
  for (const [name, value] of Object.entries(MEMORY_ENVIRONMENT))
    expect(dockerfile.match(new RegExp(`^ENV .*${name}=${value}`, 'gm'))).toHaveLength(2);
});

test('the published bases are named by digest', () => {
  for (const name of ['BUILD_IMAGE', 'BASE_IMAGE'])
    expect(dockerfile).toMatch(new RegExp(`^ARG ${name}=\\S+@sha256:[0-9a-f]{64}$`, 'm'));
});

test("what takes the place of the SDK's bundler exports the same names", () => {
  const names = (path: string): readonly string[] => Object.keys(require(path) as object).toSorted();
  const real = require.resolve('@temporalio/worker/lib/workflow/bundler.js');
  expect(names('../../../deploy/image/noBundler.cjs')).toEqual(names(real));
});

describe('the packages that stay', () => {
  const one = (name: string, ...imports: string[]): InstalledPackage => ({ name, version: '1.0.0', imports });
  const installed = new Map([
    ['node_modules/a', one('a', 'b', '@s/c', 'heavy')],
    ['node_modules/a/node_modules/b', one('b', 'd')],
    ['node_modules/b', one('b')],
    ['node_modules/@s/c', one('@s/c', 'a', 'not-installed')],
    ['node_modules/d', one('d')],
    ['node_modules/heavy', one('heavy', 'heavier')],
    ['node_modules/heavier', one('heavier')],
  ]);

  test('are found as Node finds them, without those that are never loaded and what only these need', () => {
    const kept = reachableFolders(
      one('root', 'a'),
      installed,
      (by, wanted) => !(by === 'a' && wanted === 'heavy'),
    );
    expect([...kept].toSorted()).toEqual([
      'node_modules/@s/c',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/d',
    ]);
  });

  test('include what another needs, though one of them does without', () => {
    const kept = reachableFolders(
      one('root', 'a', 'heavy'),
      installed,
      (by, wanted) => !(by === 'a' && wanted === 'heavy'),
    );
    expect(kept).toContain('node_modules/heavier');
  });
});
