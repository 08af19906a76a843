import * as fc from 'fast-check';
import { replacePatch } from '../../../src/domain/kubernetes/mergePatch.ts';

type Json = Record<string, unknown>;

/** RFC 7386, section 2, as the API server applies it. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const json = fc.letrec<{ leaf: unknown; node: Json; list: unknown[]; any: unknown }>((tie) => ({
  leaf: fc.oneof(fc.boolean(), fc.integer({ min: 0, max: 3 }), fc.constantFrom('', 'a', 'b')),
  list: fc.array(tie('leaf'), { maxLength: 2 }),
  node: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { maxKeys: 3, depthIdentifier: 'json' }),
  any: fc.oneof({ depthIdentifier: 'json', maxDepth: 3 }, tie('leaf'), tie('list'), tie('node')),
})).node;

test('the patch turns any spec into any other, whatever is removed at whatever depth', () => {
  fc.assert(
    fc.property(json, json, (current, wanted) => {
      expect(applyMergePatch(current, replacePatch(current, wanted))).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});

test('what is equal already is not sent', () => {
  expect(replacePatch({ path: '/a', port: 1 }, { path: '/b', port: 1 })).toEqual({ path: '/b' });
});
