import type { ExposedApi } from '../../src/domain/exposedApi/exposedApi.ts';
import { FINALIZER } from '../../src/domain/kubernetes/names.ts';
import { shouldReconcile, shouldReconcileComponent, type Decision } from '../../watcher/shouldReconcile.ts';
import {
  GATEWAY_URL,
  parsedApi,
  registeredStatus,
  settledApi,
  RECONCILE_OPTIONS,
} from '../support/builders/apis.ts';
import { childOf, componentWith, declaredApi } from '../support/builders/components.ts';
import type { Surroundings } from '../../src/domain/exposedApi/surroundings.ts';

const surroundings: Surroundings = {
  endpointsReady: true,
  address: { url: GATEWAY_URL, host: '10.0.0.1' },
  entry: 'noParent',
  pathOwner: undefined,
};

const fresh = parsedApi();
const settled = settledApi();
const registering = settledApi({
  status: { ...registeredStatus({ state: 'Registering', observedSpecHash: 'older' }) },
});
const notReady = settledApi({ status: { ...registeredStatus(), implementation: { ready: false } } });
const deleting = settledApi({
  metadata: { deletionTimestamp: '2026-01-02T00:00:00Z', finalizers: [FINALIZER] },
});

interface Case {
  readonly name: string;
  readonly previous?: ExposedApi;
  readonly next?: ExposedApi;
  readonly cause?: 'list' | 'watch';
  readonly surroundings?: Partial<Surroundings>;
  readonly kind: Decision['kind'];
}

test.each<Case>([
  { name: 'a new API', next: fresh, kind: 'signal' },
  { name: 'a new API that is up to date already, as after a reconnect', next: settled, kind: 'ignore' },
  { name: 'a new API that some workflow is at, which may be lost', next: registering, kind: 'signal' },
  { name: 'a deletion', previous: settled, kind: 'signal' },
  { name: 'a deletion found by a list', previous: settled, cause: 'list', kind: 'signal' },
  { name: 'a restart with an API that is up to date', next: settled, cause: 'list', kind: 'ignore' },
  {
    name: 'a resync with an API that is up to date',
    previous: settled,
    next: settled,
    cause: 'list',
    kind: 'ignore',
  },
  {
    name: 'a resync with an API that its workflow is at',
    previous: registering,
    next: registering,
    cause: 'list',
    kind: 'ignore',
  },
  {
    name: 'a resync with an API whose deletion its workflow is at',
    previous: deleting,
    next: deleting,
    cause: 'list',
    kind: 'ignore',
  },
  { name: 'a restart with an API that is not finished', next: registering, cause: 'list', kind: 'signal' },
  { name: 'a restart with an API that is being deleted', next: deleting, cause: 'list', kind: 'signal' },
  {
    name: 'a list after a gap that shows a changed spec',
    previous: registering,
    next: settledApi({ spec: { path: '/elsewhere' } }),
    cause: 'list',
    kind: 'signal',
  },
  {
    name: 'a resync with a status that stays wrong, though it was signalled before',
    previous: notReady,
    next: notReady,
    cause: 'list',
    kind: 'recheck',
  },
  {
    name: 'a list just after a new API was signalled, which its workflow has not reached yet',
    previous: fresh,
    next: fresh,
    cause: 'list',
    kind: 'recheck',
  },
  {
    name: 'a restart with a gateway that has moved',
    next: settled,
    cause: 'list',
    surroundings: { address: { url: 'http://10.9.9.9', host: '10.0.0.2' } },
    kind: 'signal',
  },
  {
    name: 'a changed spec',
    previous: settled,
    next: settledApi({ spec: { path: '/elsewhere' } }),
    kind: 'signal',
  },
  { name: 'the beginning of a deletion', previous: settled, next: deleting, kind: 'signal' },
  {
    name: 'a pause',
    previous: settled,
    next: settledApi({ metadata: { annotations: { 'apig.oda.tmforum.org/paused': 'true' } } }),
    kind: 'signal',
  },
  {
    name: 'a request to reconcile',
    previous: settled,
    next: settledApi({ metadata: { annotations: { 'apig.oda.tmforum.org/reconcile-requested-at': '1' } } }),
    kind: 'signal',
  },
  {
    name: "somebody else's annotation",
    previous: settled,
    next: settledApi({ metadata: { annotations: { other: '1' } } }),
    kind: 'ignore',
  },
  {
    name: 'the same name with another uid',
    previous: settled,
    next: settledApi({ metadata: { uid: 'other' } }),
    kind: 'signal',
  },
  { name: 'our own write on the way', previous: fresh, next: registering, kind: 'ignore' },
  { name: 'our own write at the end', previous: registering, next: settled, kind: 'ignore' },
  { name: 'a status that somebody has taken away', previous: settled, next: fresh, kind: 'recheck' },
  {
    name: 'a finalizer that somebody has taken away',
    previous: settled,
    next: settledApi({ metadata: { finalizers: [] } }),
    kind: 'recheck',
  },
  { name: 'a status that stays as wrong as before', previous: notReady, next: notReady, kind: 'ignore' },
  {
    name: 'a status that is wrong in another way than before',
    previous: notReady,
    next: settledApi({ metadata: { finalizers: [] } }),
    kind: 'recheck',
  },
])('$name: $kind', ({ previous, next, cause = 'watch', surroundings: changes, kind }) => {
  expect(
    shouldReconcile(
      { key: 'shop/x', previous, next, cause },
      { ...surroundings, ...changes },
      RECONCILE_OPTIONS,
    ),
  ).toMatchObject({
    kind,
  });
});

test('every decision says why', () => {
  expect(
    shouldReconcile(
      { key: 'k', previous: undefined, next: notReady, cause: 'list' },
      surroundings,
      RECONCILE_OPTIONS,
    ).why,
  ).toBe('readiness changed');
});

const declared = [declaredApi('catalog')];
const CHILD = 'shop-catalog-catalog-v4';
const childSpec = {
  name: 'catalog',
  apiType: 'openapi',
  implementation: 'catalog',
  path: '/shop/catalog/v4',
  port: 8080,
  segment: 'coreFunction',
  specification: { url: 'https://specs.example/TMF620-ProductCatalog-v4.1.0.json', version: 'v4' },
};

test('a Component without its children needs a round', () => {
  expect(shouldReconcileComponent(componentWith(declared), [])).toEqual({
    kind: 'signal',
    why: 'children differ',
  });
});

test('a Component whose children are there and which does not say so needs a round', () => {
  expect(shouldReconcileComponent(componentWith(declared), [childOf(CHILD, childSpec)])).toEqual({
    kind: 'signal',
    why: 'status differs',
  });
});

test('a Component that is being deleted is left to the garbage collector', () => {
  expect(shouldReconcileComponent({ ...componentWith(declared), isDeleting: true }, []).kind).toBe('ignore');
});
