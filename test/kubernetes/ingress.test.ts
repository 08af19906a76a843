import { addressOfIngress, addressOfUrl, readIngressAddress } from '../../src/kubernetes/ingress.ts';
import {
  type ApiAnswer,
  refused,
  type ScriptedCluster,
  startScriptedCluster,
} from '../support/cluster/scriptedCluster.ts';

let cluster: ScriptedCluster | undefined;
afterEach(() => cluster?.close());

const read = async (answer: ApiAnswer): ReturnType<typeof readIngressAddress> => {
  cluster = await startScriptedCluster(() => answer);
  return readIngressAddress(cluster.clients, 'shop', 'apig-operator-uportal');
};
const ingress = (entries: unknown): ApiAnswer => [
  200,
  { metadata: { name: 'apig-operator-uportal' }, status: { loadBalancer: { ingress: entries } } },
];

test('the address is read from the Ingress of the namespace', async () => {
  expect(await read(ingress([{ ip: '10.0.0.1' }]))).toEqual({ url: 'http://10.0.0.1', host: '10.0.0.1' });
  expect(cluster?.calls).toMatchObject([
    { method: 'GET', path: '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/apig-operator-uportal' },
  ]);
});

test('an Ingress that terminates TLS makes it https', async () => {
  const [status, body] = ingress([{ hostname: 'apig.example' }]);
  const answer = [status, { ...Object(body), spec: { tls: [{ secretName: 's' }] } }] as const;
  expect(await read(answer)).toEqual({ url: 'https://apig.example', host: 'apig.example' });
});

test.each<[string, ApiAnswer]>([
  ['no Ingress', refused(404)],
  ['an Ingress without address', ingress([])],
])('with %s there is no address', async (_what, answer) => {
  expect(await read(answer)).toBeUndefined();
});

test('an API server that will not say is an error, not "no address"', async () => {
  await expect(read(refused(403))).rejects.toMatchObject({ code: 403 });
});

const withTls = (entries: unknown, tls?: unknown): unknown => ({
  spec: { tls },
  status: { loadBalancer: { ingress: entries } },
});

test.each<[string, unknown, string, string]>([
  ['an ip', withTls([{ ip: '10.0.0.1' }]), 'http://10.0.0.1', '10.0.0.1'],
  ['a host name', withTls([{ hostname: 'apig.example' }]), 'http://apig.example', 'apig.example'],
  ['both', withTls([{ ip: '10.0.0.1', hostname: 'apig.example' }]), 'http://10.0.0.1', '10.0.0.1'],
  [
    'an empty ip beside a host name',
    withTls([{ ip: '', hostname: 'apig.example' }]),
    'http://apig.example',
    'apig.example',
  ],
  ['IPv6', withTls([{ ip: 'fd00::1' }]), 'http://[fd00::1]', 'fd00::1'],
  [
    'several, of which the first has none',
    withTls([{}, { ip: '10.0.0.2' }, { ip: '10.0.0.3' }]),
    'http://10.0.0.2',
    '10.0.0.2',
  ],
  ['TLS', withTls([{ ip: '10.0.0.1' }], [{ hosts: ['apig.example'] }]), 'https://10.0.0.1', '10.0.0.1'],
  ['an empty list of TLS hosts', withTls([{ ip: '10.0.0.1' }], []), 'http://10.0.0.1', '10.0.0.1'],
])('an Ingress with %s', (_what, object, url, host) => {
  expect(addressOfIngress(object)).toEqual({ url, host });
});

test.each([
  undefined,
  null,
  {},
  { status: null },
  { status: { loadBalancer: {} } },
  withTls([]),
  withTls([{}]),
  ingress('x'),
  withTls([{ ip: 7 }]),
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
