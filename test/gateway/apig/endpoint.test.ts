import {
  endpointFor,
  endpointsOf,
  formerEndpointsFor,
  type GatewaySettings,
  recordedEndpoint,
} from '../../../src/gateway/apig/endpoint.ts';
import { parsedApi } from '../../support/builders/apis.ts';

const CONFIGURED = 'https://gateway.example/apig';
const OWN = 'http://apig-operator-uportal.shop:8080';
const recordAt = (gateway: unknown) => parsedApi({ status: { apig: { gateway } } });

test("the gateway is the administrator's, else the one of the API's own namespace", () => {
  expect(endpointFor(CONFIGURED, 'shop')).toBe(CONFIGURED);
  expect(endpointFor(undefined, 'shop')).toBe(OWN);
});

const configuredOnly: GatewaySettings = {
  APIG_ENDPOINT: CONFIGURED,
  APIG_ENDPOINT_PER_NAMESPACE: false,
  APIG_FORMER_ENDPOINTS: [],
  APIG_MOCK: undefined,
};
const both = { ...configuredOnly, APIG_ENDPOINT_PER_NAMESPACE: true };
const ownOnly = { ...both, APIG_ENDPOINT: undefined };
const FORMER = 'http://former.example:8080';
const withFormer = { ...configuredOnly, APIG_FORMER_ENDPOINTS: [FORMER, 'https://gateway.example/apig/'] };

test.each<[string, unknown, GatewaySettings, string]>([
  ["the administrator's, by its name", 'gateway.example:443', configuredOnly, CONFIGURED],
  ["the administrator's, as an endpoint", 'https://gateway.example/other', configuredOnly, CONFIGURED],
  ['the one of its namespace, from before one was set', 'apig-operator-uportal.shop:8080', both, OWN],
  ['the one of its namespace', OWN, ownOnly, OWN],
  [
    "one of another namespace: a status is anybody's to write",
    'apig-operator-uportal.bank:8080',
    ownOnly,
    OWN,
  ],
  [
    'the one of its namespace, which is not allowed: a tenant decides where that leads',
    OWN,
    configuredOnly,
    CONFIGURED,
  ],
  ['somewhere else altogether', 'http://10.0.0.1:6443', configuredOnly, CONFIGURED],
  ['a former one that a setting names', 'former.example:8080', withFormer, FORMER],
  ['a former one that no setting names', FORMER, configuredOnly, CONFIGURED],
  ['no text', 7, ownOnly, OWN],
])('a record says %s', (_what, gateway, allowed, endpoint) => {
  expect(recordedEndpoint(allowed, recordAt(gateway))).toBe(endpoint);
});

test('an API has to do with the gateway of today and with the one of its record', () => {
  expect(endpointsOf(configuredOnly, recordAt(OWN))).toEqual([CONFIGURED]);
  expect(endpointsOf(both, recordAt(OWN))).toEqual([CONFIGURED, OWN]);
  expect(endpointsOf(ownOnly, recordAt('http://10.0.0.1:6443'))).toEqual([OWN]);
});

test('a former gateway is called while something of the API is left there, and only where a setting names it', () => {
  const left = (gateway: string) =>
    parsedApi({ status: { apig: { formerGateways: [{ gateway, registrations: [] }] } } });
  expect(endpointsOf(withFormer, left(FORMER))).toEqual([CONFIGURED, FORMER]);
  expect(endpointsOf(configuredOnly, left(FORMER))).toEqual([CONFIGURED]);
  expect(endpointsOf(both, left(OWN))).toEqual([CONFIGURED, OWN]);
});

test('the gateway of today is no former one, and a gateway that is played clears none', () => {
  expect(formerEndpointsFor(withFormer, 'shop')).toEqual([FORMER]);
  expect(formerEndpointsFor(both, 'shop')).toEqual([OWN]);
  expect(formerEndpointsFor(ownOnly, 'shop')).toEqual([]);
  expect(formerEndpointsFor({ ...withFormer, APIG_MOCK: 'pretended' }, 'shop')).toEqual([]);
});
