import { componentLabel, parseComponent } from '../../../src/domain/component/component.ts';

const metadata = { name: 'shop', namespace: 'ns', uid: 'u', resourceVersion: '1' };
const object = { apiVersion: 'oda.tmforum.org/v1', kind: 'Component', metadata };

describe('a Component', () => {
  test.each([
    [undefined],
    [null],
    ['text'],
    [[]],
    [{}],
    [{ coreFunction: null, managementFunction: 'x', securityFunction: { exposedAPIs: [] } }],
  ])('with the spec %j declares nothing and faults nothing', (spec) => {
    expect(parseComponent({ ...object, spec })).toMatchObject({ declared: [], faults: [], status: {} });
  });

  test('knows where each of its declarations stands', () => {
    const spec = { securityFunction: { exposedAPIs: [{ name: 'roles' }] } };
    expect(parseComponent({ ...object, spec }).declared).toEqual([
      { segment: 'securityFunction', field: 'spec.securityFunction.exposedAPIs[0]', raw: { name: 'roles' } },
    ]);
  });

  test('that is no Kubernetes object is refused', () => {
    expect(() => parseComponent({ kind: 'Component' })).toThrow('metadata');
  });

  test('hands its own componentName label on to its APIs, else its name', () => {
    expect(componentLabel(parseComponent(object))).toBe('shop');
    const labels = { 'oda.tmforum.org/componentName': 'release-shop' };
    expect(componentLabel(parseComponent({ ...object, metadata: { ...metadata, labels } }))).toBe(
      'release-shop',
    );
  });
});
