import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { EXPOSED_APIS, LEGACY_APIS } from '../../src/domain/kubernetes/names.ts';
import { createClients } from '../../src/kubernetes/client/clients.ts';
import { objectMetadata } from '../../src/kubernetes/client/objectMetadata.ts';
import { createPathClaims, type PathClaims } from '../../src/paths/pathClaims.ts';
import { API_SPEC } from '../support/builders/apis.ts';
import { LEGACY_API, userApis } from '../support/cluster/userApis.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';
import { useStack } from '../support/stack/stack.ts';

const stack = useStack();
const custom = stack.kubeConfig.makeApiClient(CustomObjectsApi);
let claims: PathClaims | undefined;
afterEach(() => claims?.stop());

function watchClaims(namespaces: readonly string[], selector = ''): PathClaims {
  claims = createPathClaims({
    clients: createClients(stack.operatorKubeConfig),
    scope: { namespaces, selector },
    gatewayOf: () => 'http://gateway.example',
    logger: silentLogger().logger,
  });
  claims.start();
  return claims;
}

/** Writes the intent, as `recordIntent` does. @returns the version from which on it stands there */
async function intend(namespace: string, name: string, path: string): Promise<string> {
  const pending = {
    name,
    path,
    specification: 'https://specs.example/v4.json',
    implementation: 'i',
    port: 80,
  };
  const written: unknown = await custom.patchNamespacedCustomObject(
    {
      group: 'oda.tmforum.org',
      version: 'v1',
      plural: EXPOSED_APIS,
      namespace,
      name,
      body: { status: { apig: { pending } } },
    },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
  return objectMetadata(written).resourceVersion;
}

const namesAt = (view: PathClaims, own: string, namespace: string, path: string): readonly string[] =>
  view.contenders({ plural: EXPOSED_APIS, namespace, name: own }, path).map(({ ref }) => ref.name);

test('of twenty who write their intent at one time, no two miss each other', async () => {
  const namespace = await stack.createNamespace('claims');
  const user = userApis(stack.kubeConfig, namespace);
  const view = watchClaims([namespace]);
  const names = Array.from({ length: 20 }, (_, i) => `api-${i}`);
  await Promise.all(names.map((name) => user.create(name, { path: `/${namespace}/${name}` })));
  const path = `/${namespace}/wanted`;
  const seenBy = new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, readonly string[]]> => {
        const version = await intend(namespace, name, path);
        await view.caughtUp({ plural: EXPOSED_APIS, namespace, name }, version);
        return [name, namesAt(view, name, namespace, path)];
      }),
    ),
  );
  const sees = (one: string, other: string): boolean => seenBy.get(one)?.includes(other) ?? false;
  const missed = names.flatMap((a) => names.filter((b) => a < b && !sees(a, b) && !sees(b, a)));
  expect(missed).toEqual([]);
});

test('what was written before in another namespace or of the other kind is seen, too', async () => {
  const [mine, others] = [await stack.createNamespace('claims-a'), await stack.createNamespace('claims-b')];
  const view = watchClaims([mine, others]);
  const path = `/${mine}/wanted`;
  await userApis(stack.kubeConfig, others).create('elsewhere', { path });
  const legacy = { path, specification: 'https://specs.example/v4.json' };
  await userApis(stack.kubeConfig, mine).create('older-kind', legacy, LEGACY_API);
  await userApis(stack.kubeConfig, mine).create('own', { path });
  const version = await intend(mine, 'own', path);
  await view.caughtUp({ plural: EXPOSED_APIS, namespace: mine, name: 'own' }, version);
  expect(namesAt(view, 'own', mine, path).toSorted()).toEqual(['elsewhere', 'older-kind']);
  expect(view.contenders({ plural: LEGACY_APIS, namespace: mine, name: 'older-kind' }, path)).toHaveLength(2);
});

test('an API that is not watched any longer still learns who else claims its path', async () => {
  const namespace = await stack.createNamespace('claims-c');
  const view = watchClaims([namespace], 'watched=yes');
  const path = `/${namespace}/wanted`;
  const at = { group: 'oda.tmforum.org', version: 'v1', plural: EXPOSED_APIS, namespace };
  const body = (name: string, labels: Record<string, string>) => ({
    apiVersion: 'oda.tmforum.org/v1',
    kind: 'ExposedAPI',
    metadata: { name, namespace, labels },
    spec: { ...API_SPEC, path },
  });
  await custom.createNamespacedCustomObject({ ...at, body: body('watched', { watched: 'yes' }) });
  await custom.createNamespacedCustomObject({ ...at, body: body('own', {}) });
  const version = await intend(namespace, 'own', path);
  await view.caughtUp({ plural: EXPOSED_APIS, namespace, name: 'own' }, version);
  expect(namesAt(view, 'own', namespace, path)).toEqual(['watched']);
});
