import { asObject } from '../../src/domain/kubernetes/mergePatch.ts';
import { createPathIndex } from '../../src/paths/pathIndex.ts';
import type { Component } from '../../src/domain/component/component.ts';
import { componentStatusPatch } from '../../src/domain/component/status.ts';
import { planComponent } from '../../src/domain/component/plan.ts';
import { EXPOSED_APIS } from '../../src/domain/kubernetes/names.ts';
import { createEventHandlers, type EventHandlers } from '../../watcher/eventHandlers.ts';
import type { Change } from '../../src/kubernetes/watch/store.ts';
import {
  transformApi,
  transformComponent,
  transformIngress,
  transformSlice,
  type WatchedApi,
} from '../../src/kubernetes/watch/transforms.ts';
import { createView, type View } from '../../src/kubernetes/watch/view.ts';
import {
  apiObject,
  GATEWAY_URL,
  parsedApi,
  registeredStatus,
  settledObject,
} from '../support/builders/apis.ts';
import { heldClock, type HeldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

type Json = Readonly<Record<string, unknown>>;

const KEY = 'exposedapis/shop/shop-catalog-v4';

let view: View;
let judge: EventHandlers;
let clock: HeldClock;
let signalled: string[];
let gone: string[];

function setUp(isController = false, publicUrl?: string): void {
  signalled = [];
  gone = [];
  clock = heldClock();
  view = createView(
    { publicUrl },
    createPathIndex(() => 'http://gateway.example'),
  );
  judge = createEventHandlers({
    view,
    isController,
    desired: { specificationForm: 'string', sendPolicies: false },
    signal: (key) => signalled.push(key),
    onApiGone: (key) => gone.push(key),
    clock,
    logger: silentLogger().logger,
  });
}
beforeEach(() => {
  setUp();
});
afterEach(() => {
  judge.stop();
});

function change<T>(
  previous: T | undefined,
  next: T | undefined,
  cause: Change<T>['cause'] = 'watch',
): Change<T> {
  return { key: 'set by the reflector', previous, next, cause };
}

function api(object: Json): WatchedApi {
  return transformApi(object, EXPOSED_APIS, true);
}

const slice = (name: string, ready?: boolean): Change<ReturnType<typeof transformSlice>> => ({
  ...change(
    undefined,
    transformSlice({
      metadata: {
        namespace: 'shop',
        name,
        resourceVersion: '1',
        labels: { 'kubernetes.io/service-name': 'catalog' },
      },
      endpoints: [{ conditions: ready === undefined ? {} : { ready } }],
    }),
  ),
  key: `shop/${name}`,
});

const ingress = (ip: string, namespace = 'shop') =>
  change(
    undefined,
    transformIngress({
      metadata: { namespace, name: 'apig', resourceVersion: '1' },
      status: { loadBalancer: { ingress: [{ ip }] } },
    }),
  );

function parent(status: Json = {}, isController = false): Component {
  return transformComponent(
    {
      apiVersion: 'oda.tmforum.org/v1',
      kind: 'Component',
      metadata: { name: 'shop-catalog', namespace: 'shop', uid: 'component-uid', resourceVersion: '1' },
      spec: {
        coreFunction: {
          exposedAPIs: [
            {
              name: 'productcatalog',
              apiType: 'openapi',
              implementation: 'catalog',
              path: '/shop/catalog/v4',
              port: 8080,
              specification: [{ url: 'https://specs.example/TMF620.json', version: 'v4' }],
            },
          ],
        },
      },
      status,
    },
    isController,
  );
}

const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop-catalog', uid: 'component-uid' }] };

function whole(): void {
  judge.onSlice(slice('one', true));
  judge.onIngress(ingress('10.0.0.1'));
}

test('a restart with everything up to date signals nothing', () => {
  whole();
  judge.onApi(change(undefined, api(settledObject()), 'list'));
  expect(signalled).toEqual([]);
});

test('a new API is signalled at once', () => {
  judge.onApi(change(undefined, api(apiObject())));
  expect(signalled).toEqual([KEY]);
});

test('an implementation that goes away concerns only the APIs that it implements', () => {
  whole();
  judge.onApi(change(undefined, api(settledObject()), 'list'));
  judge.onApi(
    change(
      undefined,
      api(settledObject({ metadata: { name: 'other', uid: 'other' }, spec: { implementation: 'other' } })),
      'list',
    ),
  );
  signalled.length = 0;
  judge.onSlice({ ...slice('one', true), previous: slice('one', true).next, next: slice('one', false).next });
  expect(signalled).toEqual([KEY]);
});

test('an implementation is ready while any of its slices has an endpoint that does not say no', () => {
  whole();
  judge.onSlice(slice('two'));
  judge.onApi(change(undefined, api(settledObject()), 'list'));
  judge.onSlice({ ...slice('one'), previous: slice('one', true).next, next: undefined });
  expect(signalled).toEqual([]);
  judge.onSlice({ ...slice('two'), previous: slice('two').next, next: undefined });
  expect(signalled).toEqual([KEY]);
});

test("a gateway that moves concerns the APIs of its Ingress's namespace", () => {
  whole();
  judge.onApi(change(undefined, api(settledObject()), 'list'));
  judge.onIngress(ingress('10.9.9.9', 'elsewhere'));
  expect(signalled).toEqual([]);
  judge.onIngress(ingress('10.9.9.9'));
  expect(signalled).toEqual([KEY]);
});

test('where a setting names the public URL, a trailing slash makes no difference', () => {
  setUp(false, `${GATEWAY_URL}/`);
  judge.onSlice(slice('one', true));
  judge.onApi(change(undefined, api(settledObject()), 'list'));
  expect(signalled).toEqual([]);
});

test('a status that lags behind its own workflow by a moment is not signalled', async () => {
  whole();
  const before = api(settledObject());
  const lost = api(settledObject({ status: { ...registeredStatus(), implementation: {} } }));
  judge.onApi(change(undefined, before, 'list'));
  judge.onApi(change(before, lost));
  judge.onApi(change(lost, before));
  clock.advance(1000);
  await Promise.resolve();
  expect(signalled).toEqual([]);
});

test('a status that still does not fit a moment later is signalled once', async () => {
  whole();
  const before = api(settledObject());
  const lost = api(settledObject({ status: { ...registeredStatus(), implementation: {} } }));
  judge.onApi(change(undefined, before, 'list'));
  judge.onApi(change(before, lost));
  expect(signalled).toEqual([]);
  clock.advance(1000);
  await Promise.resolve();
  expect(signalled).toEqual([KEY]);
});

test('an entry of the Component that has lost its URL is signalled a moment later', async () => {
  whole();
  const entry = {
    name: 'shop-catalog-v4',
    uid: 'api-uid',
    url: `${GATEWAY_URL}/shop/catalog/v4`,
    ready: true,
  };
  const listed = parent({ coreAPIs: [entry] });
  const robbed = parent({ coreAPIs: [{ name: entry.name, uid: entry.uid, ready: false }] });
  judge.onComponent(change(undefined, listed, 'list'));
  judge.onApi(change(undefined, api(settledObject({ metadata: OWNED })), 'list'));
  expect(signalled).toEqual([]);
  judge.onComponent(change(listed, robbed));
  clock.advance(1000);
  await Promise.resolve();
  expect(signalled).toEqual([KEY]);
});

test('an API that goes is signalled and remembered', () => {
  const known = api(settledObject());
  judge.onApi(change(undefined, known, 'list'));
  signalled.length = 0;
  judge.onApi(change(known, undefined));
  expect(signalled).toEqual([KEY]);
  expect(gone).toEqual([KEY]);
  expect(view.api(KEY)).toBeUndefined();
});

describe('as the component controller', () => {
  const COMPONENT = 'components/shop/shop-catalog';
  const child = () =>
    api(
      settledObject({
        metadata: {
          ...OWNED,
          name: 'shop-catalog-productcatalog-v4',
          labels: { 'oda.tmforum.org/componentName': 'shop-catalog' },
        },
        spec: { segment: 'coreFunction' },
      }),
    );

  /** The Component with the status that its workflow gives it for these children. */
  function told(children: readonly WatchedApi[]): Component {
    const component = parent({}, true);
    const plan = planComponent(
      component,
      children.flatMap(({ child: one }) => one ?? []),
    );
    expect(plan.actions).toEqual([]);
    return parent(componentStatusPatch({}, plan, '2026-01-01T00:00:00Z') ?? {}, true);
  }

  beforeEach(() => {
    setUp(true);
    whole();
  });

  test('a Component is judged only once its APIs are known', () => {
    judge.onComponent(change(undefined, parent({}, true), 'list'));
    expect(signalled).toEqual([]);
    judge.beginComponents();
    expect(signalled).toEqual([COMPONENT]);
  });

  test('a restart with a Component that is up to date signals nothing', () => {
    judge.onComponent(change(undefined, told([child()]), 'list'));
    judge.onApi(change(undefined, child(), 'list'));
    signalled.length = 0;
    judge.beginComponents();
    expect(signalled).toEqual([]);
  });

  test('a new Component and a changed one are signalled at once', () => {
    judge.beginComponents();
    const first = parent({}, true);
    judge.onComponent(change(undefined, first));
    expect(signalled).toEqual([COMPONENT]);
    judge.onComponent(change(first, { ...first, labels: { team: 'new' } }));
    expect(signalled).toEqual([COMPONENT, COMPONENT]);
  });

  test('a child that somebody deletes is missed by its Component a moment later', async () => {
    judge.onComponent(change(undefined, told([child()]), 'list'));
    judge.onApi(change(undefined, child(), 'list'));
    judge.beginComponents();
    signalled.length = 0;
    judge.onApi(change(child(), undefined));
    clock.advance(1000);
    await Promise.resolve();
    expect(signalled).toEqual(['exposedapis/shop/shop-catalog-productcatalog-v4', COMPONENT]);
  });

  test('the end of a Component wakes its workflow', () => {
    const component = parent({}, true);
    judge.onComponent(change(undefined, component, 'list'));
    judge.onComponent(change(component, undefined));
    expect(signalled).toEqual([COMPONENT]);
  });
});

test('an operator that is not the component controller signals no Component and keeps no spec of it', () => {
  judge.beginComponents();
  judge.onComponent(change(undefined, parent()));
  judge.onComponent(change(parent(), undefined));
  expect(signalled).toEqual([]);
  expect(parent({ coreAPIs: [], summary: {} })).toMatchObject({ declared: [], status: { coreAPIs: [] } });
});

describe('two APIs at one path', () => {
  const named = (name: string, parts: Parameters<typeof settledObject>[0] = {}): WatchedApi => {
    const { apig, ...rest } = registeredStatus();
    const registered = { ...asObject(asObject(apig)['registered']), name };
    const status = { ...rest, apig: { ...asObject(apig), registered }, ...parts.status };
    const url = parts.status === undefined ? { url: `${GATEWAY_URL}/shop/catalog/v4` } : {};
    return api(
      settledObject({
        ...parts,
        metadata: { name, uid: name, ...parts.metadata },
        status: { ...status, apiStatus: { name, ip: '10.0.0.1', ...url } },
      }),
    );
  };
  const OLDER = { creationTimestamp: '2025-01-01T00:00:00Z' };
  const CONFLICT = {
    implementation: { ready: false },
    apig: { state: 'Conflict', observedSpecHash: parsedApi().specHash, pathOwner: 'shop/older' },
  };

  test('the newer one is told when the older comes to its path, and nobody else is', () => {
    whole();
    judge.onApi(change(undefined, named('newer'), 'list'));
    judge.onApi(change(undefined, named('far', { spec: { path: '/far' } }), 'list'));
    signalled.length = 0;
    const elsewhere = named('older', { metadata: OLDER, spec: { path: '/old' } });
    judge.onApi(change(undefined, elsewhere, 'list'));
    signalled.length = 0;
    judge.onApi(change(elsewhere, named('older', { metadata: OLDER })));
    expect(signalled.toSorted()).toEqual(['exposedapis/shop/newer', 'exposedapis/shop/older']);
  });

  test('the loser is told when the winner goes', () => {
    whole();
    const older = named('older', { metadata: OLDER });
    judge.onApi(change(undefined, older, 'list'));
    judge.onApi(change(undefined, named('loser', { status: CONFLICT }), 'list'));
    expect(signalled).toEqual([]);
    judge.onApi(change(older, undefined));
    expect(signalled).toContain('exposedapis/shop/loser');
  });
});
