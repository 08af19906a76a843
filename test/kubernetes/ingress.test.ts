import { readIngressAddress } from '../../src/kubernetes/ingress.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ScriptedCluster,
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
