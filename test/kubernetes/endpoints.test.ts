import { hasReadyEndpoint, isServiceReady } from '../../src/kubernetes/endpoints.ts';
import {
  type ApiAnswer,
  refused,
  type ScriptedCluster,
  startScriptedCluster,
} from '../support/cluster/scriptedCluster.ts';

let cluster: ScriptedCluster | undefined;
afterEach(() => cluster?.close());

const ask = async (answer: ApiAnswer): Promise<boolean> => {
  cluster = await startScriptedCluster(() => answer);
  return isServiceReady(cluster.clients, 'shop', 'catalog');
};
const slices = (...ready: readonly (boolean | undefined)[]): ApiAnswer => [
  200,
  {
    kind: 'EndpointSliceList',
    items: ready.map((one) => ({ endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: one } }] })),
  },
];

test('only the slices of the Service count', async () => {
  await ask(slices(true));
  const url = new URL(cluster?.calls[0]?.path ?? '', 'http://cluster');
  expect(url.pathname).toBe('/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices');
  expect(url.searchParams.get('labelSelector')).toBe('kubernetes.io/service-name=catalog');
});

test.each<[string, ApiAnswer, boolean]>([
  ['no slice', slices(), false],
  ['a slice that is not ready', slices(false), false],
  ['one ready slice among others', slices(false, false, true), true],
  ['a slice that does not say', slices(undefined), true],
])('%s', async (_what, answer, expected) => {
  expect(await ask(answer)).toBe(expected);
});

test('an API server that will not say is an error, not "not ready"', async () => {
  await expect(ask(refused(500))).rejects.toMatchObject({ code: 500 });
});

test.each<[string, unknown, boolean]>([
  ['ready', { endpoints: [{ conditions: { ready: true } }] }, true],
  ['without word on it, which Kubernetes defines as ready', { endpoints: [{ conditions: {} }] }, true],
  ['without conditions', { endpoints: [{}] }, true],
  ['with a null for it', { endpoints: [{ conditions: { ready: null } }] }, true],
  ['not ready', { endpoints: [{ conditions: { ready: false } }] }, false],
  [
    'one of two ready',
    { endpoints: [{ conditions: { ready: false } }, { conditions: { ready: true } }] },
    true,
  ],
  [
    'serving while it terminates',
    { endpoints: [{ conditions: { ready: false, serving: true, terminating: true } }] },
    false,
  ],
])('a slice with an endpoint %s', (_what, slice, expected) => {
  expect(hasReadyEndpoint(slice)).toBe(expected);
});

test.each([
  {},
  { endpoints: null },
  { endpoints: [] },
  null,
  'x',
  { endpoints: [{ conditions: { ready: 'yes' } }] },
])('nothing is ready in %j', (slice) => {
  expect(hasReadyEndpoint(slice)).toBe(false);
});
