/**
 * Defects of the operator that this one replaces, in what is decided. docs/situations.md lists them all; those in what
 * happens when are in test/workflows, those that the API server has a say in are in test/integration.
 */
import { endpointOf } from '../../src/domain/exposedApi/endpoint.ts';
import { addressOfIngress } from '../../src/kubernetes/ingress.ts';
import { EMPTY_RECORD } from '../../src/domain/registration/record.ts';
import { readSpecifications, toWire } from '../../src/domain/spec/specification.ts';
import { judgeReply } from '../../src/gateway/apig/reply.ts';
import { transformSlice } from '../../src/kubernetes/watch/transforms.ts';
import { presentApi } from '../support/builders/presentApis.ts';
import { registrationOf } from '../support/builders/registrations.ts';

test('the spec names a developer UI: it published a page under the path all the same; here it is the one of the spec', () => {
  const record = { ...EMPTY_RECORD, registered: registrationOf() };
  const said = (developerUI: string) =>
    endpointOf(presentApi({ developerUI }), 'Registered', record).developerUI;
  expect(said('https://docs.example/catalog')).toBe('https://docs.example/catalog');
  expect(said('/pages')).toBe('http://10.0.0.1/pages');
});

test('the specification is a list or an object: it sent that to a gateway made for a URL; here the URL is sent', () => {
  const url = 'https://specs.example/TMF620.json';
  for (const stored of [[url], [{ url, version: 'v4' }], { url, version: 'v4' }, url])
    expect(toWire(readSpecifications(stored) ?? [], 'string')).toBe(url);
});

test('the Ingress has a host name and TLS: it published http:// and an IP alone; here it is https:// and the host name', () => {
  const ingress = {
    spec: { tls: [{ hosts: ['apig.example'] }] },
    status: { loadBalancer: { ingress: [{ hostname: 'apig.example' }] } },
  };
  expect(addressOfIngress(ingress)).toEqual({ url: 'https://apig.example', host: 'apig.example' });
});

test("an EndpointSlice without the Component's label: its kind passed it over; here the label of the Service is enough", () => {
  const slice = {
    metadata: {
      name: 'catalog-1',
      namespace: 'shop',
      resourceVersion: '1',
      labels: { 'kubernetes.io/service-name': 'catalog' },
    },
    endpoints: [{ conditions: {} }],
  };
  expect(transformSlice(slice)).toEqual({ namespace: 'shop', service: 'catalog', hasReady: true });
});

test('the gateway does not know what is to be removed: it failed until it forgot its finalizer; here that counts as removed', () => {
  const body = JSON.stringify({ res_code: '0404', res_message: 'unknown api' });
  const table = { success: ['0000'], alreadyGone: ['0404'], rejected: [] };
  const judge = (verb: 'register' | 'remove') =>
    judgeReply(verb, { status: 200, body, retryAfter: undefined }, table, 0).kind;
  expect([judge('remove'), judge('register')]).toEqual(['accepted', 'unavailable']);
});

test('trying again cannot help: it tried a refused call like one that found nobody; here the two are told apart', () => {
  const table = { success: ['0000'], alreadyGone: [], rejected: ['4711'] };
  const judge = (status: number, code: string) =>
    judgeReply(
      'register',
      { status, body: JSON.stringify({ res_code: code }), retryAfter: undefined },
      table,
      0,
    ).kind;
  expect([judge(200, '4711'), judge(400, ''), judge(503, '')]).toEqual([
    'rejected',
    'rejected',
    'unavailable',
  ]);
});
