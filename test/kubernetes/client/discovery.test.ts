import { byNewest, discoverResource } from '../../../src/kubernetes/client/discovery.ts';
import {
  json,
  refusal,
  startScriptedApiServer,
  type ScriptedApiServer,
} from '../../support/cluster/scriptedApiServer.ts';

let server: ScriptedApiServer;
beforeEach(async () => {
  server = await startScriptedApiServer();
});
afterEach(() => server.close());

function group(preferred: string, ...versions: readonly string[]): object {
  return {
    kind: 'APIGroup',
    preferredVersion: { version: preferred },
    versions: versions.map((version) => ({ version })),
  };
}

function resources(...names: readonly string[]): object {
  return {
    kind: 'APIResourceList',
    resources: names.map((name) => ({ name, kind: 'Thing', namespaced: true, verbs: ['list'] })),
  };
}

const discover = () => discoverResource(server, 'test.example', 'things');

test('the preferred version is used where it serves the kind', async () => {
  server.answer(json(200, group('v1', 'v1', 'v1beta4')), json(200, resources('things', 'others')));
  expect(await discover()).toEqual({
    group: 'test.example',
    version: 'v1',
    plural: 'things',
    kind: 'Thing',
    namespaced: true,
    hasStatus: false,
  });
  expect(server.requests).toEqual(['/apis/test.example', '/apis/test.example/v1']);
});

test('else the newest version that serves it, whatever order the server lists them in', async () => {
  server.answer(
    json(200, group('v1', 'v1alpha4', 'v1', 'v1beta2', 'v1beta10')),
    json(200, resources('others')),
    json(200, resources('others')),
    json(200, resources('things')),
  );
  expect(await discover()).toMatchObject({ version: 'v1beta2' });
  expect(server.requests.slice(1)).toEqual([
    '/apis/test.example/v1',
    '/apis/test.example/v1beta10',
    '/apis/test.example/v1beta2',
  ]);
});

test('the status subresource is found', async () => {
  server.answer(json(200, group('v1', 'v1')), json(200, resources('things', 'things/status')));
  expect(await discover()).toMatchObject({ hasStatus: true });
});

test('a group that is not there, and a kind that no version serves, are answers', async () => {
  server.answer(refusal(404), json(200, group('v1', 'v1')), refusal(404));
  expect(await discover()).toBeUndefined();
  expect(await discover()).toBeUndefined();
});

test('a server that cannot say is not taken for one that does not serve the kind', async () => {
  server.answer(refusal(503));
  await expect(discover()).rejects.toThrow('503');
});

test('versions are ordered as Kubernetes orders them', () => {
  const versions = [
    'foo10',
    'v1alpha1',
    'v10',
    'v1',
    'v2',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v11alpha2',
    'foo1',
  ];
  expect(versions.toSorted(byNewest)).toEqual([
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v11alpha2',
    'v1alpha1',
    'foo1',
    'foo10',
  ]);
});
