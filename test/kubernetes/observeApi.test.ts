import type { ComponentEntry } from '../../src/domain/component/entry.ts';
import type { Versions } from '../../src/domain/kubernetes/versions.ts';
import { createObserveApi, type ObservedApi } from '../../src/kubernetes/observeApi.ts';
import type { Place } from '../../src/kubernetes/watch/place.ts';
import { settledApi } from '../support/builders/apis.ts';

const OWNED = { ownerReferences: [{ kind: 'Component', name: 'shop-catalog', uid: 'component-uid' }] };
const VIEW = { url: 'http://view', host: 'view' };
const LIVE = { url: 'http://live', host: 'live' };
const ENTRY: ComponentEntry = { url: 'http://view/shop' };

const watched = settledApi({ metadata: { ...OWNED, resourceVersion: '5' } });
const read = settledApi({ metadata: { ...OWNED, resourceVersion: '99' } });

/** Of each kind the view is at 5; what it says differs from what a read says. */
interface Options {
  readonly stale?: readonly string[];
  readonly isKnown?: boolean;
  /** What the API server refuses to tell. */
  readonly refused?: readonly string[];
  readonly isDeleting?: boolean;
  /** Waits for these kinds never end. */
  readonly hanging?: readonly string[];
}

function setUp(options: Options = {}) {
  const { stale = [], isKnown = true, refused = [], isDeleting = false, hanging = [] } = options;
  const reads: string[] = [];
  const waits: string[] = [];
  const answer = async <T>(what: string, value: T): Promise<T> => {
    reads.push(what);
    if (refused.includes(what)) throw new Error(`403 ${what} is forbidden`);
    return value;
  };
  const isFresh = ({ plural }: Place): boolean => !stale.includes(plural);
  const observe = createObserveApi({
    view: {
      isFresh,
      waitFor: async (place, version) => {
        waits.push(`${place.plural} in ${place.namespace} at ${version}`);
        if (hanging.includes(place.plural)) await new Promise(() => undefined);
        return isFresh(place) && Number(version) <= 5;
      },
      entryOf: () => ENTRY,
      isServiceReady: () => true,
      addressIn: () => VIEW,
      pathOwnerOf: () => undefined,
    },
    known: {
      current: (ref) =>
        isKnown && isFresh(ref) ? { api: { ...watched, isDeleting }, status: {} } : undefined,
    },
    live: {
      api: () => answer('api', isKnown ? read : undefined),
      entry: () => answer('entry', 'unlisted' as const),
      isServiceReady: () => answer('slices', false),
      address: () => answer('ingress', LIVE),
    },
  });
  return { reads, waits, observe: (atLeast: Versions = {}) => observe(watched.ref, atLeast) };
}

function fromView(seen: ObservedApi | undefined): unknown {
  const { api, surroundings } = seen ?? {};
  return {
    api: api?.resourceVersion === watched.resourceVersion,
    entry: surroundings?.entry === ENTRY,
    slices: surroundings?.endpointsReady,
    ingress: surroundings?.address === VIEW,
  };
}

const ALL = { api: true, entry: true, slices: true, ingress: true };

test('where the view is fresh nothing is read', async () => {
  const { reads, observe } = setUp();
  expect(fromView(await observe())).toEqual(ALL);
  expect(reads).toEqual([]);
});

test('each version asked for is waited for where it belongs: in the namespace of the API, or in the one named', async () => {
  const { reads, waits, observe } = setUp();
  await observe({ endpointslices: '5', 'exposedapis/far': '4' });
  expect(waits).toEqual(['endpointslices in shop at 5', 'exposedapis in far at 4']);
  expect(reads).toEqual([]);
});

test('a version of the API that is known already, by a write of our own, is not waited for', async () => {
  const { waits, observe } = setUp();
  await observe({ exposedapis: '5' });
  expect(waits).toEqual([]);
});

test.each([
  ['exposedapis', 'api'],
  ['components', 'entry'],
  ['endpointslices', 'slices'],
  ['ingresses', 'ingress'],
])('where %s lags behind what is asked for, that alone is read', async (plural, part) => {
  const { reads, observe } = setUp();
  expect(fromView(await observe({ [plural]: '6' }))).toEqual({ ...ALL, [part]: false });
  expect(reads).toEqual([part]);
});

test.each([
  ['exposedapis', 'api'],
  ['components', 'entry'],
  ['endpointslices', 'slices'],
  ['ingresses', 'ingress'],
])('where the watch of %s is away, that alone is read', async (plural, part) => {
  const { reads, observe } = setUp({ stale: [plural] });
  expect(fromView(await observe())).toEqual({ ...ALL, [part]: false });
  expect(reads).toEqual([part]);
});

test('what the view does not have is read before it counts as absent', async () => {
  const { reads, observe } = setUp({ isKnown: false });
  expect(await observe()).toBeUndefined();
  expect(reads).toEqual(['api']);
});

test.each([
  ['components', 'entry', { entry: 'unknown' }],
  ['endpointslices', 'slices', { endpointsReady: true }],
  ['ingresses', 'ingress', { address: { url: 'http://10.0.0.1', host: '10.0.0.1' } }],
])(
  'where %s can neither be watched nor read, what was said last stays, and the cause is told',
  async (plural, part, said) => {
    const { observe } = setUp({ stale: [plural], refused: [part] });
    const { surroundings } = (await observe()) ?? {};
    expect(surroundings).toMatchObject(said);
    expect(Object.values(surroundings?.unread ?? {})).toEqual([`403 ${part} is forbidden`]);
  },
);

test('an API that cannot be read itself fails the look', async () => {
  const { observe } = setUp({ stale: ['exposedapis'], refused: ['api'] });
  await expect(observe()).rejects.toThrow('403 api is forbidden');
});

test('what is being deleted does not wait for a version of its neighbours', async () => {
  const { observe } = setUp({ isDeleting: true, hanging: ['components', 'ingresses'] });
  expect((await observe({ components: '6', ingresses: '6' }))?.api.isDeleting).toBe(true);
});
