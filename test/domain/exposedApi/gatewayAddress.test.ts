import { addressOfIngress, addressOfUrl } from '../../../src/domain/exposedApi/gatewayAddress.ts';

const ingress = (entries: unknown, tls?: unknown): unknown => ({
  spec: { tls },
  status: { loadBalancer: { ingress: entries } },
});

test.each<[string, unknown, string, string]>([
  ['an ip', ingress([{ ip: '10.0.0.1' }]), 'http://10.0.0.1', '10.0.0.1'],
  ['a host name', ingress([{ hostname: 'apig.example' }]), 'http://apig.example', 'apig.example'],
  ['both', ingress([{ ip: '10.0.0.1', hostname: 'apig.example' }]), 'http://10.0.0.1', '10.0.0.1'],
  [
    'an empty ip beside a host name',
    ingress([{ ip: '', hostname: 'apig.example' }]),
    'http://apig.example',
    'apig.example',
  ],
  ['IPv6', ingress([{ ip: 'fd00::1' }]), 'http://[fd00::1]', 'fd00::1'],
  [
    'several, of which the first has none',
    ingress([{}, { ip: '10.0.0.2' }, { ip: '10.0.0.3' }]),
    'http://10.0.0.2',
    '10.0.0.2',
  ],
  ['TLS', ingress([{ ip: '10.0.0.1' }], [{ hosts: ['apig.example'] }]), 'https://10.0.0.1', '10.0.0.1'],
  ['an empty list of TLS hosts', ingress([{ ip: '10.0.0.1' }], []), 'http://10.0.0.1', '10.0.0.1'],
])('an Ingress with %s', (_what, object, url, host) => {
  expect(addressOfIngress(object)).toEqual({ url, host });
});

test.each([
  undefined,
  null,
  {},
  { status: null },
  { status: { loadBalancer: {} } },
  ingress([]),
  ingress([{}]),
  ingress('x'),
  ingress([{ ip: 7 }]),
])('there is no address in %j', (object) => {
  expect(addressOfIngress(object)).toBeUndefined();
});

test.each([
  ['https://api.example.com', 'https://api.example.com', 'api.example.com'],
  ['http://api.example.com:8443/base//', 'http://api.example.com:8443/base', 'api.example.com'],
  ['https://[fd00::1]:8443', 'https://[fd00::1]:8443', 'fd00::1'],
])('APIG_PUBLIC_URL %s', (given, url, host) => {
  expect(addressOfUrl(given)).toEqual({ url, host });
});
