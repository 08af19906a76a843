import { claimOf, isOlder, type PathClaim } from '../../src/domain/exposedApi/pathClaim.ts';
import { placesOf } from '../../src/domain/registration/gatewayKey.ts';
import { createPathIndex } from '../../src/paths/pathIndex.ts';
import { parsedApi } from '../support/builders/apis.ts';

function claim(namespace: string, name: string, changes: Partial<PathClaim> = {}): PathClaim {
  return {
    ref: { plural: 'exposedapis', namespace, name },
    creationTimestamp: '2026-01-01T00:00:00Z',
    wanted: ['/a'],
    held: [],
    isEntitled: false,
    ...changes,
  };
}

const shared = () => createPathIndex(() => 'http://gateway.example');
const refOf = (name: string) => ({ plural: 'exposedapis', namespace: 'shop', name }) as const;

test('at a gateway of its own each namespace has its own paths', () => {
  const index = createPathIndex((namespace) => `http://gateway.${namespace}`);
  index.put(claim('bank', 'other'));
  expect(index.ownerOf(claim('shop', 'own'))).toBeUndefined();
});

test('who comes behind the owner of a path, or leaves the line, concerns nobody', () => {
  const index = shared();
  expect(index.put(claim('shop', 'first', { held: ['/a'] }))).toEqual([]);
  expect(index.put(claim('shop', 'far', { wanted: ['/far'] }))).toEqual([]);
  expect(index.put(claim('shop', 'second'))).toEqual([]);
  expect(index.put(claim('shop', 'second', { isEntitled: true }))).toEqual([]);
  expect(index.remove(refOf('second'))).toEqual([]);
  expect(index.remove(refOf('never seen'))).toEqual([]);
});

test('who comes before the owner concerns that one; who leaves a path concerns those that wait for it', () => {
  const index = shared();
  index.put(claim('shop', 'b', { held: ['/a'] }));
  expect(index.put(claim('shop', 'a'))).toEqual(['exposedapis/shop/b']);
  expect(index.put(claim('shop', 'b'))).toEqual(['exposedapis/shop/a']);
  expect(index.put(claim('shop', 'a', { wanted: ['/b'] }))).toEqual(['exposedapis/shop/b']);
  index.put(claim('shop', 'c'));
  expect(index.remove(refOf('b'))).toEqual(['exposedapis/shop/c']);
});

test('an older API that wants the path owns it; else whoever has it, unless it was had by oneself first', () => {
  const index = shared();
  const [older, newer] = [claim('shop', 'a'), claim('shop', 'b', { held: ['/a'] })];
  index.put(newer);
  expect(index.ownerOf(older)).toEqual({ name: 'shop/b', why: 'holding' });
  expect(index.ownerOf(claim('shop', 'a', { isEntitled: true, held: ['/a'] }))).toBeUndefined();
  expect(index.ownerOf(newer)).toBeUndefined();
  index.put(older);
  expect(index.ownerOf(newer)).toEqual({ name: 'shop/a', why: 'older' });
  expect(index.ownerOf(claim('shop', 'z', { wanted: ['/free'] }))).toBeUndefined();
  expect(index.oldest('http://gateway.example', '/a')).toMatchObject({ ref: { name: 'a' } });
});

test('spellings of one path are one path', () => {
  const index = shared();
  const spelt = (name: string, path: string) =>
    claim('shop', name, { wanted: placesOf({ name, path }, 'path') });
  index.put(spelt('a', '/x/'));
  expect(index.ownerOf(spelt('b', '//%78'))).toEqual({ name: 'shop/a', why: 'older' });
});

test('where a gateway goes by names, one name in two namespaces has one owner, whatever the paths are; so has one path', () => {
  const index = shared();
  const named = (namespace: string, name: string, path: string) =>
    claimOf(parsedApi({ metadata: { namespace, name }, spec: { path } }), 'name');
  index.put(named('bank', 'catalog', '/bank'));
  const younger = named('shop', 'catalog', '/shop');
  expect(index.ownerOf(younger)).toEqual({ name: 'bank/catalog', why: 'older', contested: 'name' });
  expect(index.ownerOf(named('shop', 'other', '/bank'))).toEqual({ name: 'bank/catalog', why: 'older' });
  expect(index.ownerOf(named('shop', 'other', '/other'))).toBeUndefined();
  expect(index.put(younger)).toEqual([]);
  const gone = { plural: 'exposedapis', namespace: 'bank', name: 'catalog' } as const;
  expect(index.remove(gone)).toEqual(['exposedapis/shop/catalog']);
  expect(index.ownerOf(younger)).toBeUndefined();
});

test('what an event costs grows with the logarithm of the claims at its path, and few are told', () => {
  let comparisons = 0;
  const index = createPathIndex(
    () => 'http://gateway.example',
    (a, b) => {
      comparisons += 1;
      return isOlder(a, b);
    },
  );
  const many = Array.from({ length: 2_000 }, (_, i) => `api-${String(i).padStart(4, '0')}`);
  for (const name of many) index.put(claim('shop', name, { held: name === many[0] ? ['/a'] : [] }));
  comparisons = 0;
  expect(index.put(claim('shop', 'api-1000', { isEntitled: true }))).toEqual([]);
  expect(comparisons).toBeLessThan(3 * Math.log2(many.length));
  expect(index.ownerOf(claim('shop', 'api-1500'))).toMatchObject({ name: 'shop/api-0000' });
  comparisons = 0;
  const told = index.remove(refOf('api-0000'));
  expect(comparisons).toBeLessThan(3 * Math.log2(many.length));
  expect(told).toContain('exposedapis/shop/api-0001');
  expect(told.length).toBeLessThan(10);
});

test('what a conflict costs does not grow with the number of APIs', () => {
  const index = shared();
  for (let i = 0; i < 5_000; i += 1)
    index.put(claim('shop', `api-${i}`, { wanted: [`/${i}`], held: [`/${i}`] }));
  expect(index.put(claim('shop', 'a-first', { wanted: ['/17'] }))).toEqual(['exposedapis/shop/api-17']);
});
