import type { ChildApi } from '../../../src/domain/component/child.ts';
import { parseComponent, type Component } from '../../../src/domain/component/component.ts';

type Json = Readonly<Record<string, unknown>>;

export const SPECIFICATION = 'https://specs.example/TMF620-ProductCatalog-v4.1.0.json';

/** What a chart says of one API in the v1 form; fields can be replaced. */
export function declaredApi(name: string, fields: Json = {}): Json {
  return {
    name,
    specification: [{ url: SPECIFICATION, version: 'v4.1.0' }],
    apiType: 'openapi',
    implementation: 'catalog',
    path: `/shop/${name}/v4`,
    port: 8080,
    ...fields,
  };
}

/** A Component called shop-catalog whose core function declares these APIs. */
export function componentWith(
  core: unknown,
  more: { readonly spec?: Json; readonly status?: Json } = {},
): Component {
  return parseComponent({
    apiVersion: 'oda.tmforum.org/v1',
    kind: 'Component',
    metadata: {
      name: 'shop-catalog',
      namespace: 'components',
      uid: 'component-uid',
      resourceVersion: '1',
      labels: { team: 'catalog' },
    },
    spec: { coreFunction: { exposedAPIs: core }, ...more.spec },
    status: more.status,
  });
}

/** An ExposedAPI of that Component as the API server holds it. */
export function childOf(name: string, spec: Json, fields: Partial<ChildApi> = {}): ChildApi {
  const { ownerUids = ['component-uid'] } = fields;
  return {
    name,
    uid: `${name}-uid`,
    resourceVersion: '7',
    isDeleting: false,
    ownerUids,
    ownerReferences: ownerUids.map((uid) => ({ uid, controller: true })),
    labels: { team: 'catalog', 'oda.tmforum.org/componentName': 'shop-catalog' },
    spec,
    ...fields,
  };
}
