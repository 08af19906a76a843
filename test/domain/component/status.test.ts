import { componentStatusPatch, deploymentStatusOf } from '../../../src/domain/component/status.ts';
import type { ChildProblems } from '../../../src/domain/component/problems.ts';

const NOW = '2026-11-24T00:00:00.000Z';
const LATER = '2026-11-24T01:00:00.000Z';
const IN_PROGRESS = 'In-Progress-CompCon';
const NONE: ChildProblems = { faults: [], clashes: [], taken: [], leaving: [], refused: [] };
const orders = { name: 'orders', uid: 'u1', segment: 'coreFunction' } as const;
const roles = { name: 'roles', uid: 'u2', segment: 'securityFunction' } as const;
const served = {
  name: 'orders',
  uid: 'u1',
  url: 'https://gw/orders',
  developerUI: 'https://gw/docs',
  ready: true,
};

type Json = Readonly<Record<string, unknown>>;

/** The status after the patch: top-level keys suffice, the patch replaces lists and adds to the summary. */
const apply = (status: Json, patch: Json | undefined): Json => ({ ...status, ...patch });

describe('what a Component says of its APIs', () => {
  test('begins with entries that are not ready, and a deployment in progress', () => {
    const patch = componentStatusPatch({}, { listed: [orders, roles], problems: NONE }, NOW);
    expect(patch).toMatchObject({
      coreAPIs: [{ name: 'orders', uid: 'u1', ready: false }],
      securityAPIs: [{ name: 'roles', uid: 'u2', ready: false }],
      'summary/status': { deployment_status: 'In-Progress-CompCon' },
    });
    expect(patch).not.toHaveProperty('managementAPIs');
  });

  test('keeps what the APIs wrote into their entries, and never lowers it', () => {
    const status = { coreAPIs: [{ ...served, note: 'from another operator' }] };
    const patch = componentStatusPatch(status, { listed: [orders], problems: NONE }, NOW);
    expect(patch).not.toHaveProperty('coreAPIs');
  });

  test('forgets APIs that are gone, and takes one made anew for another one', () => {
    const status = { coreAPIs: [served, { name: 'gone', uid: 'u9', ready: true }] };
    const anew = { ...orders, uid: 'u8' };
    expect(componentStatusPatch(status, { listed: [anew], problems: NONE }, NOW)).toMatchObject({
      coreAPIs: [{ name: 'orders', uid: 'u8', ready: false }],
    });
  });

  test('writes an empty list only in place of a longer one', () => {
    expect(componentStatusPatch({ coreAPIs: [served] }, { listed: [], problems: NONE }, NOW)).toMatchObject({
      coreAPIs: [],
    });
  });

  test('understands the map of the legacy era and makes a list of it', () => {
    const status = { securityAPIs: { partyrole: { ...served, uid: 'u2', name: 'roles' } } };
    expect(componentStatusPatch(status, { listed: [roles], problems: NONE }, NOW)).toMatchObject({
      securityAPIs: [{ uid: 'u2', ready: true, url: 'https://gw/orders' }],
    });
  });

  test('keeps the order of its entries, so that a round that changes nothing writes nothing', () => {
    const second = { ...served, name: 'second', uid: 'u3' };
    const facts = { listed: [{ ...orders, name: 'second', uid: 'u3' }, orders], problems: NONE };
    const before = { coreAPIs: [served, second] };
    const status = apply(before, componentStatusPatch(before, facts, NOW));
    expect(componentStatusPatch(status, facts, LATER)).toBeUndefined();
  });

  const notReady = { ...served, ready: false };
  const taken: ChildProblems = { ...NONE, taken: ['other'] };
  test.each<[string, { stage?: string; entry?: Json; problems?: ChildProblems; expected: string }]>([
    ['is complete when every API has a URL and is ready', { expected: 'Complete' }],
    ['goes from in progress to complete', { stage: 'In-Progress-CompCon', expected: 'Complete' }],
    [
      'leaves the later stages of others alone',
      { stage: 'In-Progress-IDConfOp', expected: 'In-Progress-IDConfOp' },
    ],
    ['goes back where an API is not ready', { stage: 'Complete', entry: notReady, expected: IN_PROGRESS }],
    ['goes back from a later stage', { stage: 'In-Progress-DepApi', entry: notReady, expected: IN_PROGRESS }],
    ['does not count ready without a URL', { entry: { ...served, url: '' }, expected: IN_PROGRESS }],
    [
      'is not complete while an API does not exist',
      { stage: 'Complete', problems: taken, expected: IN_PROGRESS },
    ],
  ])('the deployment %s', (_what, { stage, entry = served, problems = NONE, expected }) => {
    const status = { coreAPIs: [entry], 'summary/status': { deployment_status: stage, other: 'kept' } };
    const patch = componentStatusPatch(status, { listed: [orders], problems }, NOW);
    expect(deploymentStatusOf(apply(status, patch))).toBe(expected);
    expect(patch?.['summary/status'] ?? {}).not.toHaveProperty('other');
  });

  test('a Component without APIs is complete', () => {
    expect(componentStatusPatch({}, { listed: [], problems: NONE }, NOW)).toMatchObject({
      'summary/status': { deployment_status: 'Complete' },
    });
  });

  test("says in conditions what is wrong and what to do, beside others' conditions", () => {
    const theirs = { type: 'Theirs', status: 'Unknown', reason: 'X', extra: 1 };
    const clash = {
      name: 'shop-a',
      field: 'spec.coreFunction.exposedAPIs[1]',
      firstField: 'spec.coreFunction.exposedAPIs[0]',
    };
    const patch = componentStatusPatch(
      { conditions: [theirs] },
      {
        listed: [orders],
        problems: { ...NONE, clashes: [clash], refused: [{ name: 'b', message: 'too long' }] },
      },
      NOW,
    );
    expect(patch?.['conditions']).toEqual([
      theirs,
      {
        type: 'ExposedAPIsCreated',
        status: 'False',
        reason: 'NameClash',
        message:
          'spec.coreFunction.exposedAPIs[1] comes to the name shop-a, as spec.coreFunction.exposedAPIs[0] does, and is left out: give it another name or version. The API server refused b: too long.',
        lastTransitionTime: NOW,
      },
      expect.objectContaining({ type: 'Ready', status: 'False', reason: 'APIsNotCreated' }),
    ]);
  });

  test('moves the time of a condition only when its status flips', () => {
    const first = apply({}, componentStatusPatch({}, { listed: [orders], problems: NONE }, NOW));
    const second = apply(
      first,
      componentStatusPatch(first, { listed: [orders, roles], problems: NONE }, LATER),
    );
    expect(second['conditions']).toMatchObject([
      { type: 'ExposedAPIsCreated', lastTransitionTime: NOW },
      {
        type: 'Ready',
        message: 'Waiting for orders, roles: no URL yet, or the implementation is not ready.',
        lastTransitionTime: NOW,
      },
    ]);
    const done = { ...second, coreAPIs: [served], securityAPIs: [{ ...served, uid: 'u2', name: 'roles' }] };
    const third = apply(done, componentStatusPatch(done, { listed: [orders, roles], problems: NONE }, LATER));
    expect(third['conditions']).toMatchObject([
      { type: 'ExposedAPIsCreated', lastTransitionTime: NOW },
      { type: 'Ready', status: 'True', lastTransitionTime: LATER },
    ]);
  });
});
