import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '@kubernetes/client-node';

/** The Helm release of the example, and what follows from its name. */
export const NAMESPACE = 'components';
export const RELEASE = 'cpc';
export const COMPONENT = `${RELEASE}-productcatalogmanagement`;
export const CHART = fileURLToPath(new URL('../../examples/cpc', import.meta.url));

const SERVICES = [
  { name: `${RELEASE}-prodcatapi`, port: 8080 },
  { name: `${RELEASE}-promotionapi`, port: 8080 },
  { name: `${RELEASE}-partyroleapi`, port: 8080 },
  { name: `${RELEASE}-prodcat-sm`, port: 4000 },
] as const;

/** The APIs of the example in both of its versions, as arguments of the server that plays all of its implementations. */
export const IMPLEMENTED = [
  `productCatalog=/${COMPONENT}/tmf-api/productCatalogManagement/v4`,
  `productCatalog=/${COMPONENT}/tmf-api/catalog/v4`,
  `promotion=/${COMPONENT}/tmf-api/promotionManagement/v4`,
  `partyRole=/${COMPONENT}/tmf-api/partyRoleManagement/v4`,
  `partyRole=/${COMPONENT}/operations/tmf-api/partyRoleManagement/v4`,
  `metrics=/${COMPONENT}/metrics`,
] as const;

/** Where the stand-in gateway finds each Service, whatever its port, on this machine. */
export function localAddresses(port: number): string {
  return SERVICES.map(({ name }) => `${name}=127.0.0.1:${port}`).join(',');
}

/**
 * There is no kubelet, so nobody else says that the implementations are ready. Addresses may not be loopback; these are of the
 * range for documentation (RFC 5737) and never dialled.
 */
export function readyEndpoints(): KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    ...SERVICES.map(({ name, port }) => endpointSlice(name, port)),
  ];
}

function endpointSlice(service: string, port: number): KubernetesObject {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-local`,
      namespace: NAMESPACE,
      labels: {
        'kubernetes.io/service-name': service,
        'endpointslice.kubernetes.io/managed-by': 'local-stack',
      },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: [{ addresses: ['192.0.2.10'], conditions: { ready: true } }],
  };
  return slice;
}
