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
import { indexChanges } from '../../src/kubernetes/watch/clusterView.ts';
import type { ChangeHandlers } from '../../src/kubernetes/watch/informers.ts';
import type { Versions } from '../../src/domain/kubernetes/versions.ts';
import { createView, type View } from '../../src/kubernetes/watch/view.ts';
import {
  apiObject,
  GATEWAY_URL,
  parsedApi,
  registeredStatus,
  settledObject,
  RECONCILE_OPTIONS,
} from '../support/builders/apis.ts';
import { heldClock, type HeldClock } from '../support/builders/quickClock.ts';
import { silentLogger } from '../support/builders/silentLogger.ts';

type Json = Readonly<Record<string, unknown>>;

const KEY = 'exposedapis/shop/shop-catalog-v4';

let view: View;
let handlers: EventHandlers;
let events: ChangeHandlers;
let clock: HeldClock;
let signalled: string[];
let told: Versions[];
let gone: string[];

function setUp(isController = false, publicUrl?: string): void {
  signalled = [];
  told = [];
  gone = [];
  clock = heldClock();
  const indexes = createView(
    { publicUrl },
    createPathIndex(() => 'http://gateway.example'),
  );
  view = indexes;
  handlers = createEventHandlers({
    view,
    isController,
    desired: RECONCILE_OPTIONS,
    signal: (key, versions) => {
      signalled.push(key);
      told.push(versions);
    },
    onApiGone: (key) => gone.push(key),
    clock,
    logger: silentLogger().logger,
  });
  events = indexChanges(indexes, [handlers]);
}
beforeEach(() => {
  setUp();
});
afterEach(() => {
  handlers.stop();
});

function change<T>(
  previous: T | undefined,
  next: T | undefined,
  cause: Change<T>['cause'] = 'watch',
  resourceVersion = '1',
): Change<T> {
  return { key: 'set by the reflector', previous, next, cause, resourceVersion };
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
  events.onSlice(slice('one', true));
  events.onIngress(ingress('10.0.0.1'));
}

test('a restart with everything up to date signals nothing', () => {
  whole();
  events.onApi(change(undefined, api(settledObject()), 'list'));
  expect(signalled).toEqual([]);
});

test('a new API is signalled at once', () => {
  events.onApi(change(undefined, api(apiObject())));
  expect(signalled).toEqual([KEY]);
});

test('what a list shows once more, be it the API or what surrounds it, does not signal a new API twice', async () => {
  whole();
  const added = api(apiObject());
  events.onApi(change(undefined, added));
  const { next: again } = slice('one', true);
  const { next: address } = ingress('10.0.0.1');
  events.onSlice({ ...slice('one', true), ...change(again, again, 'list') });
  events.onIngress(change(address, address, 'list'));
  events.onApi(change(added, added, 'list'));
  expect(signalled).toEqual([KEY]);
  events.onApi(change(added, api(settledObject())));
  clock.advance(1000);
  await Promise.resolve();
  expect(signalled).toEqual([KEY]);
});

test('an implementation that goes away concerns only the APIs that it implements', () => {
  whole();
  events.onApi(change(undefined, api(settledObject()), 'list'));
  events.onApi(
    change(
      undefined,
      api(settledObject({ metadata: { name: 'other', uid: 'other' }, spec: { implementation: 'other' } })),
      'list',
    ),
  );
  signalled.length = 0;
  events.onSlice({
    ...slice('one', true),
    previous: slice('one', true).next,
    next: slice('one', false).next,
  });
  expect(signalled).toEqual([KEY]);
});

test('an implementation is ready while any of its slices has an endpoint that does not say no', () => {
  whole();
  events.onSlice(slice('two'));
  events.onApi(change(undefined, api(settledObject()), 'list'));
  events.onSlice({ ...slice('one'), previous: slice('one', true).next, next: undefined });
  expect(signalled).toEqual([]);
  events.onSlice({ ...slice('two'), previous: slice('two').next, next: undefined });
  expect(signalled).toEqual([KEY]);
});

test("a gateway that moves concerns the APIs of its Ingress's namespace", () => {
  whole();
  events.onApi(change(undefined, api(settledObject()), 'list'));
  events.onIngress(ingress('10.9.9.9', 'elsewhere'));
  expect(signalled).toEqual([]);
  events.onIngress(ingress('10.9.9.9'));
  expect(signalled).toEqual([KEY]);
});

test('where a setting names the public URL, a trailing slash makes no difference', () => {
  setUp(false, `${GATEWAY_URL}/`);
  events.onSlice(slice('one', true));
  events.onApi(change(undefined, api(settledObject()), 'list'));
  expect(signalled).toEqual([]);
});

test('a status that lags behind its own workflow by a moment is not signalled', async () => {
  whole();
  const before = api(settledObject());
  const lost = api(settledObject({ status: { ...registeredStatus(), implementation: {} } }));
  events.onApi(change(undefined, before, 'list'));
  events.onApi(change(before, lost));
  events.onApi(change(lost, before));
  clock.advance(1000);
  await Promise.resolve();
  expect(signalled).toEqual([]);
});

test('a status that still does not fit a moment later is signalled once', async () => {
  whole();
  const before = api(settledObject());
  const lost = api(settledObject({ status: { ...registeredStatus(), implementation: {} } }));
  events.onApi(change(undefined, before, 'list'));
  events.onApi(change(before, lost));
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
  events.onComponent(change(undefined, listed, 'list'));
  events.onApi(change(undefined, api(settledObject({ metadata: OWNED })), 'list'));
  expect(signalled).toEqual([]);
  events.onComponent(change(listed, robbed));
  clock.advance(1000);
  await Promise.resolve();
  expect(signalled).toEqual([KEY]);
});

test('a signal says which version of which object it is about', () => {
  const known = api(settledObject());
  events.onApi(change(undefined, known, 'list', '5'));
  events.onSlice({ ...slice('one', false), resourceVersion: '6' });
  events.onIngress(change(undefined, ingress('10.9.9.9').next, 'watch', '7'));
  events.onApi(change(known, undefined, 'watch', '8'));
  expect(told).toEqual([
    { exposedapis: '5' },
    { endpointslices: '6' },
    { ingresses: '7' },
    { exposedapis: '8' },
  ]);
});

test('a recheck says the newest versions of all that led to it', async () => {
  whole();
  const before = api(settledObject());
  const lost = api(settledObject({ status: { ...registeredStatus(), implementation: {} } }));
  events.onApi(change(undefined, before, 'list', '5'));
  events.onApi(change(before, lost, 'watch', '6'));
  events.onApi(change(lost, before, 'watch', '7'));
  events.onApi(change(before, lost, 'watch', '8'));
  clock.advance(1000);
  await Promise.resolve();
  expect(told).toEqual([{ exposedapis: '8' }]);
});

test('an API that goes is signalled and remembered', () => {
  const known = api(settledObject());
  events.onApi(change(undefined, known, 'list'));
  signalled.length = 0;
  events.onApi(change(known, undefined));
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
  function upToDate(children: readonly WatchedApi[]): Component {
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

  test('a Component is looked at only once its APIs are known', () => {
    events.onComponent(change(undefined, parent({}, true), 'list'));
    expect(signalled).toEqual([]);
    handlers.beginComponents();
    expect(signalled).toEqual([COMPONENT]);
  });

  test('a restart with a Component that is up to date signals nothing', () => {
    events.onComponent(change(undefined, upToDate([child()]), 'list'));
    events.onApi(change(undefined, child(), 'list'));
    signalled.length = 0;
    handlers.beginComponents();
    expect(signalled).toEqual([]);
  });

  test('a new Component and a changed one are signalled at once', () => {
    handlers.beginComponents();
    const first = parent({}, true);
    events.onComponent(change(undefined, first));
    expect(signalled).toEqual([COMPONENT]);
    events.onComponent(change(first, { ...first, labels: { team: 'new' } }));
    expect(signalled).toEqual([COMPONENT, COMPONENT]);
  });

  test('a child that somebody deletes is missed by its Component a moment later', async () => {
    events.onComponent(change(undefined, upToDate([child()]), 'list'));
    events.onApi(change(undefined, child(), 'list'));
    handlers.beginComponents();
    signalled.length = 0;
    events.onApi(change(child(), undefined));
    clock.advance(1000);
    await Promise.resolve();
    expect(signalled).toEqual(['exposedapis/shop/shop-catalog-productcatalog-v4', COMPONENT]);
  });

  test('the end of a Component wakes its workflow', () => {
    const component = parent({}, true);
    events.onComponent(change(undefined, component, 'list'));
    events.onComponent(change(component, undefined));
    expect(signalled).toEqual([COMPONENT]);
  });
});

test('an operator that is not the component controller signals no Component and keeps no spec of it', () => {
  handlers.beginComponents();
  events.onComponent(change(undefined, parent()));
  events.onComponent(change(parent(), undefined));
  expect(signalled).toEqual([]);
  expect(parent({ coreAPIs: [], summary: {} })).toMatchObject({ declared: [], status: { coreAPIs: [] } });
});

describe('two APIs at one path', () => {
  const named = (name: string, parts: Parameters<typeof settledObject>[0] = {}): WatchedApi => {
    const { apig, ...rest } = registeredStatus();
    const registered = { ...asObject(asObject(apig)['registered']), name };
    const own = { ...asObject(apig), registered, ...asObject(parts.status?.['apig']), uid: name };
    const status = {
      ...rest,
      ...parts.status,
      apig:
        parts.status === undefined
          ? own
          : { ...own, registered: undefined, ...asObject(parts.status['apig']), uid: name },
    };
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
    events.onApi(change(undefined, named('newer'), 'list'));
    events.onApi(change(undefined, named('far', { spec: { path: '/far' } }), 'list'));
    signalled.length = 0;
    const elsewhere = named('older', { metadata: OLDER, spec: { path: '/old' } });
    events.onApi(change(undefined, elsewhere, 'list'));
    signalled.length = 0;
    events.onApi(change(elsewhere, named('older', { metadata: OLDER })));
    expect(signalled.toSorted()).toEqual(['exposedapis/shop/newer', 'exposedapis/shop/older']);
  });

  test('the neighbour in another namespace is told whose version it is', () => {
    whole();
    const older = named('older', { metadata: { ...OLDER, namespace: 'far' } });
    events.onApi(change(undefined, named('newer'), 'list', '5'));
    told.length = 0;
    events.onApi(change(undefined, older, 'list', '6'));
    expect(told).toContainEqual({ 'exposedapis/far': '6' });
  });

  test('the loser is told when the winner goes', () => {
    whole();
    const older = named('older', { metadata: OLDER });
    events.onApi(change(undefined, older, 'list'));
    events.onApi(change(undefined, named('loser', { status: CONFLICT }), 'list'));
    expect(signalled).toEqual([]);
    events.onApi(change(older, undefined));
    expect(signalled).toContain('exposedapis/shop/loser');
  });
});
