import { createExposedApis, type ExposedApis } from '../../src/kubernetes/exposedApis.ts';
import type { RestMapper } from '../../src/kubernetes/client/restMapper.ts';
import type { KnownApi, MutationCache } from '../../src/kubernetes/watch/mutationCache.ts';
import { apiObject, parsedApi } from '../support/builders/apis.ts';
import {
  refused,
  startScriptedCluster,
  type ApiAnswer,
  type ScriptedCluster,
} from '../support/cluster/scriptedCluster.ts';

const REF = { plural: 'exposedapis', namespace: 'shop', name: 'shop-catalog-v4' } as const;
const PATH = '/apis/oda.tmforum.org/v1beta4/namespaces/shop/exposedapis/shop-catalog-v4';
const NOTHING_KNOWN: MutationCache = { current: () => undefined, keep: () => undefined };
const PATCH = { finalizers: ['ours'], status: { apig: { state: 'Registering' } } };

let cluster: ScriptedCluster | undefined;
afterEach(() => cluster?.close());

/** @param writes answers to writes, in order; after that all are accepted */
async function start(options: {
  /** Of the definition before anything was forgotten; after that there is one. */
  readonly hasStatus?: boolean;
  readonly read?: () => ApiAnswer;
  readonly writes?: ApiAnswer[];
  readonly known?: MutationCache;
}): Promise<{ apis: ExposedApis; written: () => unknown[]; methods: () => string[] }> {
  const { hasStatus = false, read = () => [200, apiObject()], writes = [], known = NOTHING_KNOWN } = options;
  const started = await startScriptedCluster(({ method }) =>
    method === 'GET' ? read() : (writes.shift() ?? [200, apiObject({ status: PATCH.status })]),
  );
  cluster = started;
  let forgotten = 0;
  const served: RestMapper = {
    of: async (plural) => ({
      group: 'oda.tmforum.org',
      version: 'v1beta4',
      plural,
      kind: 'ExposedAPI',
      namespaced: true,
      hasStatus: hasStatus || forgotten > 0,
    }),
    refresh: async () => undefined,
    forget: () => {
      forgotten += 1;
    },
  };
  return {
    apis: createExposedApis(started.clients, served, known),
    written: () => started.calls.filter(({ method }) => method === 'PATCH').map(({ body }) => body),
    methods: () => started.calls.map(({ method }) => method),
  };
}

test('reads through the version that discovery names', async () => {
  const { apis } = await start({});
  expect(await apis.get(REF)).toMatchObject({ uid: 'api-uid', ref: REF });
  expect(cluster?.calls).toMatchObject([{ method: 'GET', path: PATH }]);
});

test('what is gone is undefined; what cannot be read is an error', async () => {
  const gone = await start({ read: () => refused(404) });
  expect(await gone.apis.get(REF)).toBeUndefined();
  expect(await gone.apis.update(REF, 'api-uid', () => PATCH)).toBeUndefined();
  await cluster?.close();
  const { apis } = await start({ read: () => refused(500) });
  await expect(apis.get(REF)).rejects.toMatchObject({ code: 500 });
});

test('without status subresource finalizer and status go out in one merge patch, fenced, and never the spec', async () => {
  const { apis, written } = await start({});
  await apis.update(REF, 'api-uid', () => PATCH);
  expect(written()).toEqual([
    { metadata: { uid: 'api-uid', resourceVersion: '1', finalizers: ['ours'] }, status: PATCH.status },
  ]);
  expect(cluster?.calls.at(-1)).toMatchObject({
    path: `${PATH}?fieldManager=apig-orchestrator`,
    contentType: 'application/merge-patch+json',
  });
});

test('with status subresource the finalizer comes first: what is recorded must never be unguarded', async () => {
  const { apis, written } = await start({ hasStatus: true });
  await apis.update(REF, 'api-uid', () => PATCH);
  expect(written()).toEqual([
    { metadata: { uid: 'api-uid', resourceVersion: '1', finalizers: ['ours'] } },
    { metadata: { uid: 'api-uid', resourceVersion: '1' }, status: PATCH.status },
  ]);
  expect(cluster?.calls.at(-1)?.path).toContain(`${PATH}/status?`);
});

test('with status subresource a release is the last write: until then the record is guarded', async () => {
  const guarded = apiObject({ metadata: { finalizers: ['ours', 'other'] } });
  const { apis, written } = await start({ hasStatus: true, read: () => [200, guarded] });
  const status = { apig: { registered: null } };
  await apis.update(REF, 'api-uid', () => ({ finalizers: ['other'], status }));
  expect(written()).toEqual([
    { metadata: { uid: 'api-uid', resourceVersion: '1' }, status },
    { metadata: { uid: 'api-uid', resourceVersion: '1', finalizers: ['other'] } },
  ]);
});

test('the second of two writes is made on what the first came to: a late one cannot undo what came after', async () => {
  const { apis, written } = await start({
    hasStatus: true,
    writes: [
      [200, apiObject({ metadata: { resourceVersion: '2', finalizers: ['ours'] } })],
      [200, apiObject({ metadata: { resourceVersion: '3', finalizers: ['ours'] } })],
    ],
  });
  await apis.update(REF, 'api-uid', () => PATCH);
  expect(written()).toMatchObject([
    { metadata: { resourceVersion: '1' } },
    { metadata: { resourceVersion: '2' }, status: PATCH.status },
  ]);
});

test('with status subresource a status alone is one write, under the version that was read', async () => {
  const { apis, written } = await start({ hasStatus: true });
  await apis.update(REF, 'api-uid', () => ({ status: PATCH.status }));
  expect(written()).toEqual([{ metadata: { uid: 'api-uid', resourceVersion: '1' }, status: PATCH.status }]);
});

test('nothing to write is not written', async () => {
  const { apis, written } = await start({});
  expect(await apis.update(REF, 'api-uid', () => undefined)).toMatchObject({
    before: { uid: 'api-uid' },
    resourceVersion: '1',
  });
  expect(written()).toEqual([]);
});

test('who has written knows from which version on it stands there', async () => {
  const { apis } = await start({
    writes: [[200, apiObject({ metadata: { resourceVersion: '9' }, status: PATCH.status })]],
  });
  expect(await apis.update(REF, 'api-uid', () => PATCH)).toMatchObject({ resourceVersion: '9' });
});

test('another resource under the same name is left alone', async () => {
  const { apis, written } = await start({});
  expect(await apis.update(REF, 'uid-of-the-predecessor', () => PATCH)).toBeUndefined();
  expect(written()).toEqual([]);
});

test('after a conflict the change is decided anew, from what is there then', async () => {
  let version = 0;
  const { apis, written } = await start({
    read: () => {
      version += 1;
      return [200, apiObject({ metadata: { resourceVersion: String(version) } })];
    },
    writes: [refused(409)],
  });
  const seen: string[] = [];
  await apis.update(REF, 'api-uid', ({ resourceVersion }) => {
    seen.push(resourceVersion);
    return PATCH;
  });
  expect(seen).toEqual(['1', '2']);
  expect(written()).toMatchObject([
    { metadata: { resourceVersion: '1' } },
    { metadata: { resourceVersion: '2' } },
  ]);
});

test('conflicts without end are an error, not a loop', async () => {
  const { apis, written } = await start({ writes: Array.from({ length: 50 }, () => refused(409)) });
  await expect(apis.update(REF, 'api-uid', () => PATCH)).rejects.toMatchObject({ code: 409 });
  expect(written().length).toBeLessThan(20);
});

test('what vanishes between read and write is gone', async () => {
  const reads: ApiAnswer[] = [[200, apiObject()]];
  const { apis } = await start({ read: () => reads.shift() ?? refused(404), writes: [refused(404)] });
  expect(await apis.update(REF, 'api-uid', () => PATCH)).toBeUndefined();
});

test('a path that is not served says nothing of the resource: it is an error, and discovery is asked anew', async () => {
  const { apis } = await start({ read: () => [404, '404 page not found'] });
  await expect(apis.get(REF)).rejects.toMatchObject({ code: 404 });
});

test('a status that the API server took no notice of is written again, to the subresource that there is by now', async () => {
  const written = [apiObject(), apiObject({ status: PATCH.status })];
  const { apis } = await start({ writes: written.map((object) => [200, object] as const) });
  await apis.update(REF, 'api-uid', () => ({ status: PATCH.status }));
  expect(cluster?.calls.filter(({ method }) => method === 'PATCH').map(({ path }) => path)).toEqual([
    expect.stringMatching(/shop-catalog-v4\?/),
    expect.stringMatching(/shop-catalog-v4\/status\?/),
  ]);
});

test('the generation is told only where it counts changes of the spec alone', async () => {
  const told = async (hasStatus: boolean): Promise<unknown> => {
    const { apis } = await start({
      hasStatus,
      read: () => [200, apiObject({ metadata: { generation: 7 } })],
    });
    let generation: unknown;
    await apis.update(REF, 'api-uid', (_api, _status, seen) => {
      generation = seen;
      return undefined;
    });
    await cluster?.close();
    return generation;
  };
  expect([await told(false), await told(true)]).toEqual([undefined, 7]);
});

describe('where the resource is known without a read', () => {
  const at = (
    resourceVersion: string,
    apiVersion = 'oda.tmforum.org/v1beta4',
    uid = 'api-uid',
  ): KnownApi => ({
    api: { ...parsedApi({ metadata: { resourceVersion, uid } }), apiVersion },
    status: undefined,
  });

  /** Knows this much, and keeps what is written. */
  function knowing(first: KnownApi): MutationCache & { readonly kept: string[] } {
    const kept: string[] = [];
    let known = first;
    return {
      kept,
      current: () => known,
      keep(one) {
        kept.push(one.api.resourceVersion);
        known = { ...one, api: { ...one.api, apiVersion: first.api.apiVersion } };
      },
    };
  }

  const written = (resourceVersion: string): ApiAnswer => [
    200,
    apiObject({ metadata: { resourceVersion }, status: PATCH.status }),
  ];

  test('two updates are two requests: each builds on what is known, and the second on what the first has written', async () => {
    const known = knowing(at('5'));
    const { apis, written: sent, methods } = await start({ known, writes: [written('6'), written('7')] });
    await apis.update(REF, 'api-uid', () => PATCH);
    await apis.update(REF, 'api-uid', () => ({ status: PATCH.status }));
    expect(methods()).toEqual(['PATCH', 'PATCH']);
    expect(sent()).toMatchObject([
      { metadata: { uid: 'api-uid', resourceVersion: '5' } },
      { metadata: { uid: 'api-uid', resourceVersion: '6' } },
    ]);
    expect(known.kept).toEqual(['6', '7']);
  });

  test.each([409, 404])('after %d it is read, and decided anew', async (code) => {
    const seen: string[] = [];
    const { apis, methods } = await start({
      known: knowing(at('5')),
      writes: [refused(code), written('9')],
      read: () => [200, apiObject({ metadata: { resourceVersion: '8' } })],
    });
    await apis.update(REF, 'api-uid', ({ resourceVersion }) => {
      seen.push(resourceVersion);
      return PATCH;
    });
    expect(seen).toEqual(['5', '8']);
    expect(methods().slice(0, 3)).toEqual(['PATCH', 'GET', 'PATCH']);
  });

  test('a name that is known with another uid is read before it counts as made anew', async () => {
    const known = knowing(at('5', undefined, 'uid-of-the-predecessor'));
    const { apis, methods } = await start({ known });
    expect(await apis.update(REF, 'api-uid', () => PATCH)).toBeDefined();
    expect(methods()).toEqual(['GET', 'PATCH']);
    expect(await apis.update(REF, 'uid-of-nobody', () => PATCH)).toBeUndefined();
  });

  test('what was watched through another version than the one in use is read, so that a write prunes nothing', async () => {
    const { apis, methods } = await start({ known: knowing(at('5', 'oda.tmforum.org/v1beta3')) });
    await apis.update(REF, 'api-uid', () => ({ status: PATCH.status }));
    expect(methods()).toEqual(['GET', 'PATCH']);
  });
});
