import type { ExposedApi } from '../../../src/domain/exposedApi/exposedApi.ts';
import { resourceKey } from '../../../src/domain/kubernetes/names.ts';
import { isAtLeast } from '../../../src/domain/kubernetes/versions.ts';
import { createMutationCache, type KnownApi } from '../../../src/kubernetes/watch/mutationCache.ts';
import { parsedApi } from '../../support/builders/apis.ts';

const { ref: REF } = parsedApi();

/** A view that is as far as the test says. */
function viewAt() {
  const objects = new Map<string, KnownApi>();
  const state = { position: '0', isFresh: true };
  return {
    state,
    shows: (one: KnownApi): void => {
      objects.set(resourceKey(one.api.ref), one);
      state.position = one.api.resourceVersion;
    },
    forgets: (ref: ExposedApi['ref'], position: string): void => {
      objects.delete(resourceKey(ref));
      state.position = position;
    },
    view: {
      watchedApi: (key: string) => {
        const found = objects.get(key);
        return found && { ...found, child: undefined };
      },
      isFresh: () => state.isFresh,
      hasReached: (_place: unknown, version: string) => isAtLeast(state.position, version),
    },
  };
}

function at(resourceVersion: string, metadata: Readonly<Record<string, unknown>> = {}): KnownApi {
  return { api: parsedApi({ metadata: { resourceVersion, ...metadata } }), status: { of: resourceVersion } };
}

let seen: ReturnType<typeof viewAt>;
beforeEach(() => {
  seen = viewAt();
});

test('what the view does not have is not known', () => {
  expect(createMutationCache(seen.view).current(REF)).toBeUndefined();
});

test('a write of our own counts until the view has come as far, and then the view does', () => {
  const cache = createMutationCache(seen.view);
  seen.shows(at('5'));
  cache.keep(at('7'));
  expect(cache.current(REF)).toMatchObject({ api: { resourceVersion: '7' }, status: { of: '7' } });
  seen.shows(at('6'));
  expect(cache.current(REF)?.api.resourceVersion).toBe('7');
  seen.shows(at('9'));
  expect(cache.current(REF)?.api.resourceVersion).toBe('9');
});

test('a resource that the view has seen go after our write is not known any more', () => {
  const cache = createMutationCache(seen.view);
  seen.shows(at('5'));
  cache.keep(at('7'));
  seen.forgets(REF, '8');
  expect(cache.current(REF)).toBeUndefined();
});

test('our own release of what is being deleted ends it, though the view still has it', () => {
  const cache = createMutationCache(seen.view);
  const deletionTimestamp = '2026-01-02T00:00:00Z';
  seen.shows(at('5', { finalizers: ['ours'], deletionTimestamp }));
  cache.keep(at('7', { finalizers: [], deletionTimestamp }));
  expect(cache.current(REF)).toBeUndefined();
});

test('replies that arrive in the wrong order leave the newer one', () => {
  const cache = createMutationCache(seen.view);
  cache.keep(at('8'));
  cache.keep(at('7'));
  expect(cache.current(REF)?.api.resourceVersion).toBe('8');
});

test('while the watch is away nothing is known, not even our own write: others write, too', () => {
  const cache = createMutationCache(seen.view);
  seen.shows(at('5'));
  cache.keep(at('7'));
  seen.state.isFresh = false;
  expect(cache.current(REF)).toBeUndefined();
});

test('it holds a bounded number of writes, the newest', () => {
  const cache = createMutationCache(seen.view, 2);
  const named = (name: string): KnownApi => at('7', { name });
  for (const name of ['a', 'b', 'c']) cache.keep(named(name));
  expect(['a', 'b', 'c'].map((name) => cache.current({ ...REF, name })?.api.ref.name)).toEqual([
    undefined,
    'b',
    'c',
  ]);
});
