import { desiredChildren } from '../../../src/domain/component/desiredChildren.ts';
import { planComponent } from '../../../src/domain/component/plan.ts';
import { childOf, componentWith, declaredApi } from '../../support/builders/components.ts';
import type { ChildApi } from '../../../src/domain/component/child.ts';
import { describeProblems, hasProblems } from '../../../src/domain/component/problems.ts';

const NAME = 'shop-catalog-orders-v4';
const component = componentWith([declaredApi('orders', { gatewayConfiguration: { quota: { limit: '5' } } })]);
const [wanted] = desiredChildren(component).children;
const spec = wanted?.spec ?? {};

describe('the plan of a Component', () => {
  test('makes what is missing', () => {
    const { actions, listed, problems } = planComponent(component, []);
    expect(actions).toEqual([
      { kind: 'create', name: NAME, segment: 'coreFunction', labels: wanted?.labels, spec },
    ]);
    expect(listed).toEqual([]);
    expect(hasProblems(problems)).toBe(false);
  });

  test('does nothing where everything is as declared', () => {
    const { actions, listed } = planComponent(component, [childOf(NAME, spec)]);
    expect(actions).toEqual([]);
    expect(listed).toEqual([{ name: NAME, uid: `${NAME}-uid`, segment: 'coreFunction' }]);
  });

  test.each([
    ['a changed field', { ...spec, path: '/old' }, { path: spec['path'] }],
    ['a field that is no longer declared', { ...spec, developerUI: '/docs' }, { developerUI: null }],
    ['a policy that is no longer declared', { ...spec, CORS: { enabled: true } }, { CORS: null }],
    [
      'one that is no longer declared inside a policy',
      { ...spec, quota: { limit: '5', identifier: 'app' } },
      { quota: { identifier: null } },
    ],
  ])('patches only the difference: %s', (_what, current, patch) => {
    expect(planComponent(component, [childOf(NAME, current)]).actions).toEqual([
      { kind: 'patch', name: NAME, uid: `${NAME}-uid`, resourceVersion: '7', body: { spec: patch } },
    ]);
  });

  test("leaves fields and labels alone that are not the Component's to say", () => {
    const child = childOf(NAME, { ...spec, hostname: 'api.example' });
    const labelled = { ...child, labels: { ...child.labels, 'argocd.argoproj.io/instance': 'shop' } };
    expect(planComponent(component, [labelled]).actions).toEqual([]);
  });

  test('brings a label back that is copied from the Component', () => {
    expect(planComponent(component, [childOf(NAME, spec, { labels: {} })]).actions).toMatchObject([
      { kind: 'patch', body: { metadata: { labels: wanted?.labels } } },
    ]);
  });

  test('deletes what is no longer declared, before anything is made', () => {
    const old = childOf('shop-catalog-gone-v4', spec);
    const { actions, listed } = planComponent(component, [old]);
    expect(actions.map(({ kind, name }) => [kind, name])).toEqual([
      ['delete', 'shop-catalog-gone-v4'],
      ['create', NAME],
    ]);
    expect(listed).toEqual([]);
  });

  test('waits for a child that is being deleted, and deletes none twice', () => {
    const leaving = { isDeleting: true };
    const { actions, problems, listed } = planComponent(component, [
      childOf(NAME, { ...spec, path: '/old' }, leaving),
      childOf('shop-catalog-gone-v4', spec, leaving),
    ]);
    expect(actions).toEqual([]);
    expect(problems.leaving).toEqual([NAME]);
    expect(listed).toMatchObject([{ name: NAME }]);
  });

  test('adopts an orphan that bears its label: the owner is set, what differs is mended, and it is listed', () => {
    const holder = { kind: 'ConfigMap', name: 'holder', uid: 'holder-uid' };
    const orphan = childOf(
      NAME,
      { ...spec, path: '/old' },
      { ownerUids: ['holder-uid'], ownerReferences: [holder] },
    );
    const { actions, listed, problems } = planComponent(component, [orphan]);
    const owner = {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'Component',
      name: 'shop-catalog',
      uid: 'component-uid',
      controller: true,
      blockOwnerDeletion: true,
    };
    expect(actions).toMatchObject([
      {
        kind: 'patch',
        name: NAME,
        body: { metadata: { ownerReferences: [holder, owner] }, spec: { path: spec['path'] } },
      },
    ]);
    expect(listed).toMatchObject([{ name: NAME, uid: `${NAME}-uid` }]);
    expect(hasProblems(problems)).toBe(false);
  });

  test.each<[string, Partial<ChildApi>]>([
    ['bears no label', { labels: {} }],
    ["bears another Component's label", { labels: { 'oda.tmforum.org/componentName': 'other' } }],
    ['has another controller', { ownerReferences: [{ uid: 'another-uid', controller: true }] }],
    ['is being deleted', { isDeleting: true }],
  ])('adopts nothing that %s', (_what, fields) => {
    const { actions, problems } = planComponent(component, [
      childOf(NAME, spec, { ownerUids: [], ...fields }),
    ]);
    expect(actions).toEqual([]);
    expect(problems.taken).toEqual([NAME]);
  });

  test('neither adopts nor deletes an orphan that it does not declare', () => {
    const orphan = childOf('shop-catalog-gone-v4', spec, { ownerUids: [] });
    expect(planComponent(component, [childOf(NAME, spec), orphan]).actions).toEqual([]);
  });

  test('says of a name whose holder is being deleted that it is', () => {
    const theirs = { ownerUids: ['another-uid'], isDeleting: true };
    const { problems } = planComponent(component, [childOf(NAME, spec, theirs)]);
    expect(describeProblems(problems)).toMatchObject([
      { reason: 'NameTaken', message: expect.stringContaining('is being deleted') },
    ]);
  });

  test('leaves a resource alone that has the name but another owner, and says so', () => {
    const { actions, listed, problems } = planComponent(component, [
      childOf(NAME, { ...spec, path: '/theirs' }, { ownerUids: ['another-uid'] }),
    ]);
    expect(actions).toEqual([]);
    expect(listed).toEqual([]);
    expect(problems.taken).toEqual([NAME]);
  });

  test('keeps what exists of an API whose declaration became faulty, and goes on with the others', () => {
    const faulty = componentWith([declaredApi('orders', { port: 'eighty' }), declaredApi('other')]);
    const { actions, listed, problems } = planComponent(faulty, [childOf(NAME, spec)]);
    expect(actions).toMatchObject([{ kind: 'create', name: 'shop-catalog-other-v4' }]);
    expect(listed).toMatchObject([{ name: NAME }]);
    expect(problems.faults).toMatchObject([{ field: 'spec.coreFunction.exposedAPIs[0].port' }]);
  });

  test('makes nothing for a Component that is being deleted', () => {
    expect(planComponent({ ...component, isDeleting: true }, []).actions).toEqual([]);
  });
});
