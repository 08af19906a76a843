import { releaseApis } from '../../../src/app/jobs/releaseApis.ts';
import type { HeldApi } from '../../../src/kubernetes/heldApis.ts';
import { StatusError } from '../../../src/kubernetes/client/apiServer.ts';
import { heldApi } from '../../support/builders/heldApis.ts';
import { quickClock } from '../../support/builders/quickClock.ts';

interface Script {
  /** Those whose release fails so often, because somebody was faster. */
  readonly conflicts?: Readonly<Record<string, number>>;
  /** An operator that has not ended puts the finalizer of these back, once. */
  readonly putBack?: readonly string[];
  readonly refusal?: Error;
}

function release(apis: readonly HeldApi[], { conflicts = {}, putBack = [], refusal }: Script = {}) {
  const clock = quickClock();
  const said: string[] = [];
  const held = new Map(apis.map((api) => [api.name, api]));
  const toConflict = new Map(Object.entries(conflicts));
  const back = new Set(putBack);
  const done = releaseApis({
    held: {
      list: async () => [...held.values()],
      release: async ({ name }) => {
        if (refusal) throw refusal;
        const left = toConflict.get(name) ?? 0;
        toConflict.set(name, left - 1);
        if (left > 0) return false;
        if (!back.delete(name)) held.delete(name);
        return true;
      },
    },
    timeoutMs: 240_000,
    clock,
    say: (text) => said.push(text),
  });
  return { done, said, held, clock };
}

test('what lives is released, however many there are', async () => {
  const { done, said, held } = release(Array.from({ length: 30 }, (_, index) => heldApi(`api-${index}`)));
  await done;
  expect([...held.keys()]).toEqual([]);
  expect(said).toEqual([
    expect.stringMatching(/^30 APIs have no finalizer.*registered stays at the gateway/),
  ]);
});

test('what somebody changed meanwhile, and what an ending operator put back, is released with the next look', async () => {
  const apis = [heldApi('changed'), heldApi('put-back')];
  const { done, held } = release(apis, { conflicts: { changed: 2 }, putBack: ['put-back'] });
  await done;
  expect([...held.keys()]).toEqual([]);
});

test('an API that is being deleted keeps its finalizer, and the failure says what to do', async () => {
  const { done, held } = release([heldApi('living'), heldApi('leaving', { isDeleting: true })]);
  const failure = await done.catch(String);
  expect([...held.keys()]).toEqual(['leaving']);
  expect(failure).toContain('1 API is being deleted');
  expect(failure).toContain('Install the operator again');
});

test('where there is nothing to release it looks once', async () => {
  const { done, said, clock } = release([]);
  await done;
  expect(clock.waits).toEqual([]);
  expect(said).toEqual([expect.stringContaining('No API has the finalizer')]);
});

test('without the right it fails at once, with the APIs that are left', async () => {
  const { done, clock } = release([heldApi('living')], { refusal: new StatusError(403, 'PATCH: forbidden') });
  const failure = await done.catch(String);
  expect(failure).toMatch(/403 PATCH: forbidden.*shop\/living/s);
  expect(clock.waits).toEqual([]);
});

test('what does not end in time is told', async () => {
  const { done } = release([heldApi('contended')], { conflicts: { contended: 1_000 } });
  await expect(done).rejects.toThrow(/1 API had it at the last look:\n {2}shop\/contended/);
});
