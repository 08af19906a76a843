import type { ReflectorHealth } from '../../../src/kubernetes/watch/reflector.ts';
import { ageOf, isFresh, viewHealth } from '../../../src/kubernetes/watch/health.ts';

const NOW = 1_000_000;

function part(name: string, changes: Partial<ReflectorHealth> = {}): ReflectorHealth {
  return { name, served: true, synced: true, staleSince: undefined, lastError: undefined, ...changes };
}

const absent = { served: false, synced: false } as const;

test.each([
  ['everything is watched', [part('exposedapis')], [part('endpointslices')], true, 'watching'],
  [
    'one of the two kinds of API is not served',
    [part('exposedapis'), part('apis', absent)],
    [],
    true,
    'watching',
  ],
  [
    'there are no Components in this cluster',
    [part('exposedapis')],
    [part('components', absent)],
    true,
    'watching',
  ],
  [
    'neither kind of API is served',
    [part('exposedapis', absent), part('apis', absent)],
    [],
    false,
    'install the CustomResourceDefinitions',
  ],
  [
    'a list is still to come',
    [part('exposedapis', { synced: false, lastError: '403 forbidden' })],
    [],
    false,
    'exposedapis not listed yet: 403 forbidden',
  ],
  ['a watch is being reopened', [part('exposedapis', { staleSince: NOW - 29_000 })], [], true, 'watching'],
  [
    'a view is stale',
    [part('exposedapis')],
    [part('ingresses', { staleSince: NOW - 31_000, lastError: '500' })],
    false,
    'ingresses not watched for 31 s: 500',
  ],
])('readiness when %s', (_when, apis, surroundings, ready, detail) => {
  const health = viewHealth(apis, surroundings, NOW);
  expect(health.ready).toBe(ready);
  expect(health.detail).toContain(detail);
});

test.each([
  ['a watch is open', {}, true],
  ['it was cut a moment ago', { staleSince: NOW - 5_000 }, true],
  ['it has been away for longer', { staleSince: NOW - 5_001 }, false],
  ['nothing has been listed yet', { synced: false }, false],
  ['the kind is not served', absent, false],
])('whether the view may decide when %s', (_when, changes, fresh) => {
  expect(isFresh(part('exposedapis', changes), NOW)).toBe(fresh);
});

test('the view of a kind is as old as what it shows of the namespace that it has heard of longest ago', () => {
  const watched = (changes: Partial<ReflectorHealth>, progressAt: number | undefined) => ({
    ...part('components', changes),
    progressAt,
  });
  const well = watched({}, NOW - 2_000);
  const away = watched({ staleSince: NOW - 30_000 }, NOW - 40_000);
  expect(ageOf([well, well], NOW)).toEqual({ staleMs: 0, ageMs: 2_000 });
  expect(ageOf([well, away], NOW)).toEqual({ staleMs: 30_000, ageMs: 40_000 });
  expect(ageOf([well, watched({ synced: false, staleSince: NOW - 1_000 }, undefined)], NOW)).toEqual({
    staleMs: 1_000,
    ageMs: undefined,
  });
  expect(ageOf([watched(absent, undefined)], NOW)).toBeUndefined();
});
