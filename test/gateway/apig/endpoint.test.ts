import {
  type AllowedGateways,
  endpointFor,
  endpointsOf,
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

const both = { configured: CONFIGURED, perNamespace: true };
const ownOnly = { configured: undefined, perNamespace: true };
const configuredOnly = { configured: CONFIGURED, perNamespace: false };

test.each<[string, unknown, AllowedGateways, string]>([
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
  ['no text', 7, ownOnly, OWN],
])('a record says %s', (_what, gateway, allowed, endpoint) => {
  expect(recordedEndpoint(allowed, recordAt(gateway))).toBe(endpoint);
});

test('an API has to do with the gateway of today and with the one of its record', () => {
  expect(endpointsOf(configuredOnly, recordAt(OWN))).toEqual([CONFIGURED]);
  expect(endpointsOf(both, recordAt(OWN))).toEqual([CONFIGURED, OWN]);
  expect(endpointsOf(ownOnly, recordAt('http://10.0.0.1:6443'))).toEqual([OWN]);
});
