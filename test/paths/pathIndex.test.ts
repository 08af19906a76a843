import type { PathClaim } from '../../src/domain/exposedApi/pathClaim.ts';
import { createPathIndex, followClaim } from '../../src/paths/pathIndex.ts';

function claim(namespace: string, name: string, changes: Partial<PathClaim> = {}): PathClaim {
  return {
    ref: { plural: 'exposedapis', namespace, name },
    creationTimestamp: '2026-01-01T00:00:00Z',
    wanted: '/a',
    held: [],
    isEntitled: false,
    isTold: true,
    ...changes,
  };
}

const shared = () => createPathIndex(() => 'http://gateway.example');
const names = (claims: readonly PathClaim[]): string[] =>
  claims.map(({ ref }) => `${ref.namespace}/${ref.name}`);

test('contenders for a path are all others that ask for it or have it, the oldest first', () => {
  const index = shared();
  index.put(claim('shop', 'young', { creationTimestamp: '2026-01-03T00:00:00Z' }));
  index.put(
    claim('bank', 'leaving', { wanted: undefined, held: ['/a'], creationTimestamp: '2026-01-02T00:00:00Z' }),
  );
  const own = claim('shop', 'own');
  index.put(own);
  index.put(claim('shop', 'elsewhere', { wanted: '/b' }));
  expect(names(index.contenders(own.ref, '/a'))).toEqual(['bank/leaving', 'shop/young']);
});

test('at a gateway of its own each namespace has its own paths', () => {
  const index = createPathIndex((namespace) => `http://gateway.${namespace}`);
  index.put(claim('bank', 'other'));
  expect(index.contenders({ plural: 'exposedapis', namespace: 'shop', name: 'own' }, '/a')).toEqual([]);
});

test('who comes to a path, leaves it or goes, concerns the others there and nobody else', () => {
  const index = shared();
  expect(index.put(claim('shop', 'first'))).toEqual([]);
  expect(index.put(claim('shop', 'far', { wanted: '/far' }))).toEqual([]);
  expect(index.put(claim('shop', 'second'))).toEqual(['exposedapis/shop/first']);
  expect(index.put(claim('shop', 'second'))).toEqual([]);
  expect(index.put(claim('shop', 'first', { wanted: '/far' })).toSorted()).toEqual([
    'exposedapis/shop/far',
    'exposedapis/shop/second',
  ]);
  expect(index.remove({ plural: 'exposedapis', namespace: 'shop', name: 'first' })).toEqual([
    'exposedapis/shop/far',
  ]);
  expect(index.remove({ plural: 'exposedapis', namespace: 'shop', name: 'never seen' })).toEqual([]);
});

test('what a conflict costs does not grow with the number of APIs', () => {
  const index = shared();
  for (let i = 0; i < 5_000; i += 1) index.put(claim('shop', `api-${i}`, { wanted: `/${i}` }));
  const touched = index.put(claim('shop', 'late', { wanted: '/17' }));
  expect(touched).toEqual(['exposedapis/shop/api-17']);
  expect(index.contenders({ plural: 'exposedapis', namespace: 'shop', name: 'late' }, '/17')).toHaveLength(1);
});

test('what a resource has left counts beside one made anew in its place, until that one has told of it', () => {
  const index = shared();
  const waiting = { plural: 'exposedapis', namespace: 'shop', name: 'waiting' } as const;
  const first = claim('shop', 'api', { held: ['/a'] });
  followClaim(index, first, undefined);
  followClaim(index, undefined, claim('shop', 'api', { wanted: '/b', isTold: false }));
  expect(index.contenders(waiting, '/a')).toMatchObject([{ isGone: true }]);
  expect(index.contenders(first.ref, '/a')).toEqual([]);
  followClaim(index, undefined, claim('shop', 'api', { wanted: '/b' }));
  expect(index.contenders(waiting, '/a')).toEqual([]);
});
