import { COMPONENT_NAME_LABEL, ODA_GROUP } from '../../../src/domain/kubernetes/names.ts';

type Json = Readonly<Record<string, unknown>>;

/** As many APIs as one Component of the load has. */
export const APIS_PER_COMPONENT = 10;

export const SLICES = 'endpointslices';

/** Where resources of a kind are created and listed. */
export function collectionPath(plural: string, namespace: string): string {
  const group = plural === SLICES ? 'discovery.k8s.io' : ODA_GROUP;
  return `/apis/${group}/v1/namespaces/${namespace}/${plural}`;
}

/** A Component that will list its APIs, as the Canvas' controller leaves it at first. */
export function componentObject(name: string): Json {
  return {
    apiVersion: `${ODA_GROUP}/v1`,
    kind: 'Component',
    metadata: { name },
    spec: {},
    status: { coreAPIs: [] },
  };
}

/** An implementation that is ready. Its address is of the range for documentation and never dialled. */
export function sliceObject(service: string): Json {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-bench`, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: ['192.0.2.10'], conditions: { ready: true } }],
  };
}

export interface Owner {
  readonly name: string;
  readonly uid: string;
}

/** An ExposedAPI of a Component, whose implementation is the Service of the same name as the Component. */
export function apiObject(name: string, namespace: string, owner: Owner): Json {
  const reference = {
    apiVersion: `${ODA_GROUP}/v1`,
    kind: 'Component',
    ...owner,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: `${ODA_GROUP}/v1`,
    kind: 'ExposedAPI',
    metadata: { name, labels: { [COMPONENT_NAME_LABEL]: owner.name }, ownerReferences: [reference] },
    spec: {
      name,
      apiType: 'openapi',
      implementation: owner.name,
      path: `/${namespace}/${name}`,
      port: 8080,
      specification: { url: `https://specs.example/${name}.json`, version: 'v4' },
    },
  };
}
