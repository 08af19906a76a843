import { createRestMapper } from '../../../src/kubernetes/client/restMapper.ts';
import {
  refused,
  startScriptedCluster,
  type ScriptedCluster,
} from '../../support/cluster/scriptedCluster.ts';

const GROUP = { preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] };
const RESOURCES = { resources: [{ name: 'exposedapis', kind: 'ExposedAPI', namespaced: true }] };

let now = 0;
let isServed = true;
let cluster: ScriptedCluster;
beforeEach(async () => {
  now = 0;
  isServed = true;
  cluster = await startScriptedCluster(({ path }) => {
    if (!isServed) return refused(404);
    return [200, path.endsWith('/v1') ? RESOURCES : GROUP];
  });
});
afterEach(() => cluster.close());

const create = () => createRestMapper(cluster.clients, () => now);

test('the cluster is asked once a moment, not for every call', async () => {
  const served = create();
  expect(await served.of('exposedapis')).toMatchObject({
    version: 'v1',
    kind: 'ExposedAPI',
    hasStatus: false,
  });
  const { length } = cluster.calls;
  now = 249;
  await served.of('exposedapis');
  expect(cluster.calls).toHaveLength(length);
  now = 250;
  await served.of('exposedapis');
  expect(cluster.calls.length).toBeGreaterThan(length);
});

test('a kind that is not served is an error that says what to install, and is asked for again at once', async () => {
  const served = create();
  isServed = false;
  await expect(served.of('exposedapis')).rejects.toThrow(
    'the cluster does not serve exposedapis.oda.tmforum.org: install its CustomResourceDefinition',
  );
  isServed = true;
  expect(await served.of('exposedapis')).toMatchObject({ version: 'v1' });
});

test('what was forgotten, and what many ask for at once, is asked for once', async () => {
  const served = create();
  await Promise.all([served.of('exposedapis'), served.of('exposedapis')]);
  const { length } = cluster.calls;
  served.forget('exposedapis');
  await Promise.all([served.of('exposedapis'), served.of('exposedapis')]);
  expect(cluster.calls).toHaveLength(2 * length);
  expect(cluster.calls.filter(({ path }) => path.endsWith('/v1'))).toHaveLength(2);
});
