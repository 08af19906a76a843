import { endpointFor, endpointsOf, recordedEndpoint } from '../../../src/gateway/apig/endpoint.ts';
import { parsedApi } from '../../support/builders/apis.ts';

const CONFIGURED = 'https://gateway.example/apig';
const OWN = 'http://apig-operator-uportal.shop:8080';
const recordAt = (gateway: unknown) => parsedApi({ status: { apig: { gateway } } });

test("the gateway is the administrator's, else the one of the API's own namespace", () => {
  expect(endpointFor(CONFIGURED, 'shop')).toBe(CONFIGURED);
  expect(endpointFor(undefined, 'shop')).toBe(OWN);
});

test.each<[string, unknown, string | undefined, string]>([
  ["the administrator's, by its name", 'gateway.example:443', CONFIGURED, CONFIGURED],
  ["the administrator's, as an endpoint", 'https://gateway.example/other', CONFIGURED, CONFIGURED],
  ['the one of its namespace, from before one was set', 'apig-operator-uportal.shop:8080', CONFIGURED, OWN],
  ['the one of its namespace', OWN, undefined, OWN],
  [
    "one of another namespace: a status is anybody's to write",
    'apig-operator-uportal.bank:8080',
    undefined,
    OWN,
  ],
  ['somewhere else altogether', 'http://10.0.0.1:6443', CONFIGURED, CONFIGURED],
  ['no text', 7, undefined, OWN],
])('a record says %s', (_what, gateway, configured, endpoint) => {
  expect(recordedEndpoint(configured, recordAt(gateway))).toBe(endpoint);
});

test('an API has to do with the gateway of today and with the one of its record', () => {
  expect(endpointsOf(CONFIGURED, recordAt(OWN))).toEqual([CONFIGURED, OWN]);
  expect(endpointsOf(undefined, recordAt('http://10.0.0.1:6443'))).toEqual([OWN]);
});
