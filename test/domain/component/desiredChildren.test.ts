import { desiredChildren } from '../../../src/domain/component/desiredChildren.ts';
import { componentWith, declaredApi, SPECIFICATION } from '../../support/builders/components.ts';

const namesOf = (core: unknown): readonly string[] =>
  desiredChildren(componentWith(core)).children.map(({ name }) => name);

describe('the APIs that a Component asks for', () => {
  test.each([
    ['the stated version', { url: 'https://s.example/a.json', version: '5.0.1' }, 'shop-catalog-orders-v5'],
    [
      'the stated version, not the one of the URL',
      { url: SPECIFICATION, version: 'v5' },
      'shop-catalog-orders-v5',
    ],
    ['_v4. in the URL', { url: 'https://s.example/TMF622_v4.json' }, 'shop-catalog-orders-v4'],
    ['/v4/ in the URL', { url: 'https://s.example/v4/orders.json' }, 'shop-catalog-orders-v4'],
    ['-v12. in the URL', { url: 'https://s.example/orders-v12.0.json' }, 'shop-catalog-orders-v12'],
    ['nothing that says a version', { url: 'https://s.example/orders.json' }, 'shop-catalog-orders'],
    [
      'a version without a number',
      { url: 'https://s.example/orders.json', version: 'latest' },
      'shop-catalog-orders',
    ],
  ])('are named after %s', (_what, entry, name) => {
    expect(namesOf([declaredApi('orders', { specification: [entry] })])).toEqual([name]);
  });

  test('are named in lower case, without a suffix where there is no specification', () => {
    expect(namesOf([declaredApi('Metrics', { specification: undefined, apiType: 'prometheus' })])).toEqual([
      'shop-catalog-metrics',
    ]);
  });

  test('are one for each specification entry, whose fields go before those of the API', () => {
    const { children } = desiredChildren(
      componentWith([
        declaredApi('orders', {
          developerUI: '/docs',
          specification: [
            { url: 'https://s.example/orders-v4.json' },
            {
              version: 'v5',
              path: '/shop/orders/v5',
              port: 9090,
              implementation: 'orders5',
              url: SPECIFICATION,
            },
          ],
        }),
      ]),
    );
    expect(children).toMatchObject([
      {
        name: 'shop-catalog-orders-v4',
        spec: { path: '/shop/orders/v4', port: 8080, implementation: 'catalog' },
      },
      {
        name: 'shop-catalog-orders-v5',
        spec: {
          path: '/shop/orders/v5',
          port: 9090,
          implementation: 'orders5',
          developerUI: '/docs',
          specification: { url: SPECIFICATION, version: 'v5' },
        },
      },
    ]);
  });

  test('carry the policies of gatewayConfiguration as fields of their own, those of the entry in place of the others', () => {
    const quota = { identifier: 'app', limit: '5' };
    const CORS = { enabled: true, handlePreflightRequests: { enabled: true, maxAge: 5 } };
    const [root, entry] = desiredChildren(
      componentWith([
        declaredApi('orders', {
          gatewayConfiguration: { quota, template: '' },
          specification: [{ url: SPECIFICATION }, { version: 'v5', gatewayConfiguration: { CORS } }],
        }),
      ]),
    ).children;
    expect(root?.spec).toMatchObject({ quota });
    expect(root?.spec).not.toHaveProperty('template');
    expect(root?.spec).not.toHaveProperty('gatewayConfiguration');
    expect(entry?.spec).toMatchObject({ CORS });
    expect(entry?.spec).not.toHaveProperty('quota');
  });

  test('carry the labels of the Component and the name of it, and the segment of their function', () => {
    const { children } = desiredChildren(
      componentWith([declaredApi('orders')], {
        spec: {
          managementFunction: { exposedAPIs: [declaredApi('metrics')] },
          securityFunction: { exposedAPIs: [declaredApi('roles')] },
        },
      }),
    );
    expect(children.map(({ segment, spec }) => [segment, spec['segment']])).toEqual([
      ['coreFunction', 'coreFunction'],
      ['managementFunction', 'managementFunction'],
      ['securityFunction', 'securityFunction'],
    ]);
    expect(children[0]?.labels).toEqual({
      team: 'catalog',
      'oda.tmforum.org/componentName': 'shop-catalog',
    });
  });

  test('do not clash: of two that come to one name the first is kept and the second is said', () => {
    const { children, clashes, faults } = desiredChildren(
      componentWith([declaredApi('orders', { path: '/first' }), declaredApi('Orders', { path: '/second' })]),
    );
    expect(children.map(({ spec }) => spec['path'])).toEqual(['/first']);
    expect(clashes).toEqual([
      {
        name: 'shop-catalog-orders-v4',
        field: 'spec.coreFunction.exposedAPIs[1]',
        firstField: 'spec.coreFunction.exposedAPIs[0]',
      },
    ]);
    expect(faults).toEqual([]);
  });

  test('are faulty one by one, with the field as its author wrote it', () => {
    const { children, faults } = desiredChildren(
      componentWith([
        declaredApi('orders', { path: 'no-slash' }),
        'not an object',
        declaredApi('good'),
        declaredApi('bad', {
          specification: [{ url: SPECIFICATION }, { version: 'v5', port: 0, url: SPECIFICATION }],
        }),
        declaredApi('UPPER_case'),
      ]),
    );
    expect(children.filter(({ isValid }) => isValid).map(({ name }) => name)).toEqual([
      'shop-catalog-good-v4',
      'shop-catalog-bad-v4',
    ]);
    expect(faults.map(({ field }) => field).toSorted()).toEqual([
      'spec.coreFunction.exposedAPIs[0].path',
      'spec.coreFunction.exposedAPIs[1]',
      'spec.coreFunction.exposedAPIs[3].specification[1].port',
      'spec.coreFunction.exposedAPIs[4].name',
    ]);
  });

  test.each([['a word'], [7], [{ some: 'object' }]])(
    'are none where the list is %j, and that is said',
    (list) => {
      const { children, faults } = desiredChildren(componentWith(list));
      expect(children).toEqual([]);
      expect(faults).toEqual([{ field: 'spec.coreFunction.exposedAPIs', message: 'must be a list' }]);
    },
  );

  test('never hold a null, which a merge patch would take for a removal', () => {
    const [child] = desiredChildren(
      componentWith([
        declaredApi('orders', {
          developerUI: null,
          gatewayConfiguration: { CORS: { enabled: true, allowOrigins: null } },
        }),
      ]),
    ).children;
    expect(child?.spec).not.toHaveProperty('developerUI');
    expect(child?.spec['CORS']).toEqual({ enabled: true });
  });

  test.each([
    ['larger than 16 KiB', { CORS: { allowOrigins: 'x'.repeat(20_000) } }, 'gatewayConfiguration'],
    [
      'nested deeper than 40 levels',
      JSON.parse(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`),
      'resources',
    ],
    ['an object of a kind that has no text', JSON.parse('{"toString":1,"valueOf":1}'), 'name'],
  ])('cannot have a field that is %s', (_what, value: unknown, field) => {
    const { faults } = desiredChildren(componentWith([declaredApi('orders', { [field]: value })]));
    expect(faults.map((fault) => fault.field)).toEqual([`spec.coreFunction.exposedAPIs[0].${field}`]);
  });

  test('are at most 250, and faults at most 50: the answer has to fit into a history', () => {
    const many = Array.from({ length: 300 }, (_, index) => declaredApi(`api${index}`));
    const { children, faults } = desiredChildren(componentWith(many));
    expect(children).toHaveLength(250);
    expect(faults).toEqual([{ field: 'spec', message: 'declares more than 250 APIs; the rest is left out' }]);
    const bad = many.map((api) => ({ ...api, port: 0 }));
    expect(desiredChildren(componentWith(bad)).faults).toHaveLength(50);
  });

  test('are no longer than 512 KiB together, however often one field is repeated', () => {
    const specification = Array.from({ length: 100 }, (_, index) => ({
      version: `v${index}`,
      url: SPECIFICATION,
    }));
    const resources = [{ name: 'x'.repeat(10_000) }];
    const { children, faults } = desiredChildren(
      componentWith([declaredApi('orders', { specification, resources })]),
    );
    const made = children.filter(({ isValid }) => isValid);
    expect(JSON.stringify(made.map(({ spec }) => spec)).length).toBeLessThan(550_000);
    expect(made.length).toBeGreaterThan(40);
    expect(children).toHaveLength(100);
    expect(faults[0]?.field).toBe(`spec.coreFunction.exposedAPIs[0].specification[${made.length}]`);
  });
});
