import { isServiceReady } from '../../src/kubernetes/endpoints.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ScriptedCluster,
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
