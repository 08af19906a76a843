import fc from 'fast-check';
import type { OurStatus } from '../../../src/domain/exposedApi/status.ts';
import { asObject, mergeDifference } from '../../../src/domain/kubernetes/mergePatch.ts';
import { statusPatch } from '../../../src/domain/exposedApi/statusPatch.ts';
import { canonicalJson } from '../../../src/domain/kubernetes/canonicalJson.ts';
import { applyMergePatch } from '../../support/cluster/mergePatch.ts';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-02-02T00:00:00Z';
const OURS: OurStatus = {
  apiStatus: { name: 'a', ip: undefined, url: 'http://g/a', developerUI: undefined },
  implementation: { ready: true },
  conditions: [{ type: 'Ready', status: 'True', reason: 'Available', message: 'Available.' }],
  withdrawn: [],
  apig: { state: 'Registered', registered: { path: '/a', port: 1 }, pending: undefined },
};
const written = applyMergePatch({}, statusPatch({}, OURS, BEFORE));

test('the first patch says everything, and then there is nothing more to say', () => {
  expect(written).toEqual({
    apiStatus: { name: 'a', url: 'http://g/a' },
    implementation: { ready: true },
    conditions: [{ ...OURS.conditions[0], lastTransitionTime: BEFORE }],
    apig: { state: 'Registered', registered: { path: '/a', port: 1 } },
  });
  expect(statusPatch(written, OURS, NOW)).toBeUndefined();
});

test('the observed generation is told where there is one, and withdrawn where there is none any more', () => {
  const told = applyMergePatch(written, statusPatch(written, { ...OURS, observedGeneration: 3 }, NOW));
  expect(told).toEqual({ ...asObject(written), observedGeneration: 3 });
  expect(applyMergePatch(told, statusPatch(told, OURS, NOW))).toEqual(written);
});

test("others' keys and conditions stay, in their place", () => {
  const foreign = { type: 'Foreign', status: 'False', extra: { deep: 1 } };
  const theirs = { other: { x: 1 }, apiStatus: { uid: 'u' }, conditions: [foreign, 'odd'] };
  const patch = statusPatch(theirs, OURS, NOW);
  expect(applyMergePatch(theirs, patch)).toMatchObject({
    other: { x: 1 },
    apiStatus: { uid: 'u', name: 'a' },
    conditions: [foreign, 'odd', { type: 'Ready' }],
  });
  expect(patch).not.toHaveProperty('other');
});

test('a condition of ours that no longer applies goes, and only that one', () => {
  const foreign = { type: 'Foreign', status: 'False' };
  const policies = { type: 'PoliciesEnforced', status: 'False', reason: 'x', message: '' } as const;
  const theirs = { conditions: [foreign, 'odd'] };
  const saying = { ...OURS, conditions: [...OURS.conditions, policies] };
  const before = applyMergePatch(theirs, statusPatch(theirs, saying, BEFORE));
  const withdrawn = { ...OURS, withdrawn: ['PoliciesEnforced'] };
  const patch = statusPatch(before, withdrawn, NOW);
  expect(patch).toEqual({ conditions: [foreign, 'odd', expect.objectContaining({ type: 'Ready' })] });
  expect(statusPatch(applyMergePatch(before, patch), withdrawn, NOW)).toBeUndefined();
});

test('only what differs is sent', () => {
  expect(statusPatch(written, { ...OURS, implementation: { ready: false } }, NOW)).toEqual({
    implementation: { ready: false },
  });
});

test('the transition time moves when the status flips, and only then', () => {
  const [ready] = OURS.conditions;
  const saying = (change: object): unknown =>
    statusPatch(written, { ...OURS, conditions: ready ? [{ ...ready, ...change }] : [] }, NOW)?.[
      'conditions'
    ];
  expect(saying({ message: 'Other words.' })).toMatchObject([{ lastTransitionTime: BEFORE }]);
  expect(saying({ status: 'False', reason: 'Gone' })).toMatchObject([{ lastTransitionTime: NOW }]);
});

test('what is no longer true is removed with null', () => {
  const patch = statusPatch(written, { ...OURS, apiStatus: { ...OURS.apiStatus, url: undefined } }, NOW);
  expect(patch).toEqual({ apiStatus: { url: null } });
});

test('a message of any length is cut', () => {
  const conditions = [
    { type: 'Ready', status: 'False', reason: 'Long', message: 'x'.repeat(40_000) },
  ] as const;
  const patch = statusPatch({}, { ...OURS, conditions }, NOW);
  expect(JSON.stringify(patch?.['conditions']).length).toBeLessThan(2_000);
});

test.each([undefined, null, 'text', 7, [], { apiStatus: 'x', implementation: [], apig: 1, conditions: {} }])(
  'a status that somebody made %j is mended in one write',
  (current) => {
    const after = applyMergePatch(current, statusPatch(current, OURS, NOW));
    expect(after).toMatchObject({ apiStatus: { name: 'a' }, implementation: { ready: true } });
    expect(statusPatch(after, OURS, NOW)).toBeUndefined();
  },
);

test('nested objects converge, whatever was there: one write, then none', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const { tree } = fc.letrec((tie) => ({
    leaf: fc.constantFrom<unknown>(1, 'x', [1], []),
    tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.dictionary(key, tie('tree'))),
  }));
  const object = fc.dictionary(key, tree);
  fc.assert(
    fc.property(object, object, (current, wanted) => {
      const after = applyMergePatch(current, mergeDifference(current, wanted));
      for (const [name, value] of Object.entries(wanted))
        expect(canonicalJson(asObject(after)[name])).toBe(canonicalJson(value));
      for (const [name, value] of Object.entries(current))
        expect(name in wanted ? value : asObject(after)[name]).toEqual(value);
      expect(mergeDifference(after, wanted)).toEqual({});
    }),
    { numRuns: 1_000 },
  );
});

test('a version that goes away from a registered specification goes away from the status', () => {
  const current = { registered: { specification: { url: 'u', version: 'v4' } } };
  const wanted = { registered: { specification: { url: 'u' } } };
  expect(applyMergePatch(current, mergeDifference(current, wanted))).toEqual(wanted);
});
