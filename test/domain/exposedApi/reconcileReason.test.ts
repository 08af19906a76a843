import { reconcileReason, requestFingerprint } from '../../../src/domain/exposedApi/reconcileReason.ts';
import { type RecordSeal, sealedText } from '../../../src/domain/exposedApi/recordSeal.ts';
import { ANNOTATIONS, FINALIZER } from '../../../src/domain/kubernetes/names.ts';
import {
  GATEWAY_URL,
  parsedApi,
  registeredStatus,
  settledApi,
  RECONCILE_OPTIONS,
} from '../../support/builders/apis.ts';
import type { Surroundings } from '../../../src/domain/exposedApi/surroundings.ts';

type Parts = NonNullable<Parameters<typeof parsedApi>[0]>;

const URL_NOW = `${GATEWAY_URL}/shop/catalog/v4`;
const ENTRY = { url: URL_NOW, developerUI: undefined, ready: true };
const SURROUNDINGS: Surroundings = {
  endpointsReady: true,
  address: { url: GATEWAY_URL, host: '10.0.0.1' },
  entry: 'noParent',
  pathOwner: undefined,
};
type Around = Partial<Surroundings> & { readonly sendPolicies?: boolean };
const kindOf = (parts: Parts, { sendPolicies = false, ...around }: Around = {}): string => {
  const judged = reconcileReason(
    settledApi(parts),
    { ...SURROUNDINGS, ...around },
    { ...RECONCILE_OPTIONS, sendPolicies },
  );
  return judged.kind === 'needed' ? judged.why : judged.kind;
};
const annotated = (annotation: keyof typeof ANNOTATIONS, value: string): Parts => ({
  metadata: { annotations: { [ANNOTATIONS[annotation]]: value } },
});
const LIMITED = parsedApi({ spec: { rateLimit: { enabled: true, limit: '5' } } });
/** Registered, asking for a policy, and saying that for this reason it is, or is not, enforced. */
const limited = (reason?: string, spec = {}, apig = {}): Parts => {
  const condition = {
    type: 'PoliciesEnforced',
    status: 'False',
    reason,
    message: '',
    lastTransitionTime: '',
  };
  const asking = { rateLimit: { enabled: true, limit: '5' }, ...spec };
  return {
    spec: asking,
    status: {
      ...registeredStatus({ observedSpecHash: parsedApi({ spec: asking }).specHash, ...apig }),
      conditions: reason === undefined ? [] : [condition],
    },
  };
};
const DELETED = { deletionTimestamp: '2026-01-02T00:00:00Z' };
const KOPF = 'kopf.zalando.org/KopfFinalizerMarker';
const IN_CLUSTER = 'http://catalog.shop.svc.cluster.local:8080/shop/catalog/v4';
const CALL = parsedApi({ status: registeredStatus() }).status.apig.registered;

const OUTSIDE = { state: 'NotRouted', registered: undefined };
const SENT = { ...CALL, policies: LIMITED.spec.valid ? LIMITED.spec.value.policies : {} };
/** A path that the spec of the API does not ask for. */
const ELSEWHERE = { ...CALL, path: '/elsewhere' };

const OWN_RECORD = { uid: 'api-uid', gateway: RECONCILE_OPTIONS.recordedAs() };
const EXTERNAL: Parts = { spec: { implementation: '<external>' }, metadata: { finalizers: [] } };
const THEIRS = { name: 'shop-catalog-v4', url: 'https://api.partner.example' };
/** As an external API says it; not ready, where nothing else is said. */
const external = ({ ready = false, apiStatus = THEIRS }: { ready?: boolean; apiStatus?: object }) => ({
  apiStatus,
  implementation: { ready },
  apig: { state: 'NotRouted', ...OWN_RECORD, observedSpecHash: parsedApi(EXTERNAL).specHash },
  conditions: [
    { type: 'Registered', status: 'False', reason: 'External', message: '', lastTransitionTime: '' },
    { type: 'Ready', status: 'False', reason: 'External', message: '', lastTransitionTime: '' },
  ],
});
const pausedEarly = {
  apiStatus: THEIRS,
  implementation: { ready: true },
  apig: { state: 'Paused', ...OWN_RECORD, observedSpecHash: parsedApi().specHash },
};

test.each<[string, Parts, Around, string]>([
  ['what is up to date is settled, so that a restart costs nothing', {}, {}, 'settled'],
  ['an entry that says the same is settled', {}, { entry: ENTRY }, 'settled'],
  ["an entry that is not listed yet is the controller's to make", {}, { entry: 'unlisted' }, 'settled'],
  ['an API without status was never seen', { status: {} }, {}, 'never seen'],
  [
    'a status that was copied, or restored from a backup: it is about another resource',
    { status: registeredStatus({ uid: 'of-another' }) },
    {},
    'record of another resource or gateway, or not sealed',
  ],
  [
    'a record about the gateway of before',
    { status: registeredStatus({ gateway: 'http://former.example' }) },
    {},
    'record of another resource or gateway, or not sealed',
  ],
  [
    'a record about a gateway that was only played',
    { status: registeredStatus({ gateway: 'mock' }) },
    {},
    'record of another resource or gateway, or not sealed',
  ],
  [
    'an annotation that cannot be understood, and was not told',
    annotated('forceRelease', 'ture'),
    {},
    'annotations told otherwise',
  ],
  ['an external API that nobody looked at', { ...EXTERNAL, status: external({}) }, {}, 'settled'],
  [
    'an external API without URL that says that it is ready',
    { ...EXTERNAL, status: external({ apiStatus: {}, ready: true }) },
    {},
    'status lost',
  ],
  [
    'an external API that has become ready',
    { ...EXTERNAL, status: external({ ready: true }) },
    {},
    'readiness changed',
  ],
  [
    'an external API whose Component does not know it',
    { ...EXTERNAL, status: external({}) },
    { entry: ENTRY },
    'component entry differs',
  ],
  [
    'an API that is paused from the start and shows the URL of others',
    { ...annotated('paused', 'true'), status: pausedEarly },
    { entry: ENTRY, endpointsReady: false },
    'settled',
  ],
  ['a lost finalizer', { metadata: { finalizers: [] } }, {}, 'finalizer lost'],
  [
    'a generation that was not observed, where there is one',
    {
      metadata: { finalizers: [FINALIZER], generation: 2 },
      status: { ...registeredStatus(), observedGeneration: 1 },
    },
    {},
    'generation not observed',
  ],
  [
    'an observed generation',
    {
      metadata: { finalizers: [FINALIZER], generation: 2 },
      status: { ...registeredStatus(), observedGeneration: 2 },
    },
    {},
    'settled',
  ],
  ['a status that lost its name', { status: { ...registeredStatus(), apiStatus: {} } }, {}, 'status lost'],
  [
    'a gateway that has moved',
    {},
    { address: { url: 'http://10.0.0.2', host: '10.0.0.2' } },
    'gateway address changed',
  ],
  ['a gateway whose address is not known is no news', {}, { address: undefined }, 'settled'],
  ['an implementation that went away', {}, { endpointsReady: false }, 'readiness changed'],
  ['an entry that lost its url', {}, { entry: { ready: true } }, 'component entry differs'],
  ['an entry that lost its ready', {}, { entry: { ...ENTRY, ready: false } }, 'component entry differs'],
  ['another spec', { spec: { port: 9 } }, {}, 'inProgress'],
  ['a call that is out', { status: registeredStatus({ pending: CALL }) }, {}, 'inProgress'],
  ['a retry', { status: registeredStatus({ state: 'Retrying' }) }, {}, 'inProgress'],
  [
    'a status written by hand that tells another path than the spec asks for',
    {
      status: {
        ...registeredStatus({ registered: ELSEWHERE }),
        apiStatus: { name: 'shop-catalog-v4', url: `${GATEWAY_URL}/elsewhere` },
      },
    },
    {},
    'registered otherwise',
  ],
  [
    'a status written by hand that tells of no registration',
    { status: registeredStatus({ registered: undefined }) },
    { address: undefined },
    'registered otherwise',
  ],
  [
    'a status that says that the gateway is not involved where the spec says that it is',
    {
      status: {
        ...registeredStatus(OUTSIDE),
        apiStatus: { name: 'shop-catalog-v4' },
        implementation: { ready: false },
      },
    },
    {},
    'registered otherwise',
  ],
  ['a refused API', { status: registeredStatus({ state: 'Rejected' }) }, {}, 'settled'],
  ['a pause that was not seen yet', annotated('paused', 'true'), {}, 'inProgress'],
  ['an asked-for look', annotated('reconcileRequestedAt', 'now'), {}, 'inProgress'],
  [
    'an asked-for look that was had',
    {
      ...annotated('reconcileRequestedAt', 'now'),
      status: registeredStatus({ lastHandledReconcileAt: 'now' }),
    },
    {},
    'settled',
  ],
  [
    'a paused API whose path an older one asks for',
    { ...annotated('paused', 'true'), status: registeredStatus({ state: 'Paused' }) },
    { pathOwner: { name: 'bank/older', why: 'older' } },
    'settled',
  ],
  [
    'a paused API tells its readiness all the same',
    { ...annotated('paused', 'true'), status: registeredStatus({ state: 'Paused' }) },
    { endpointsReady: false },
    'readiness changed',
  ],
  ['a pause that has ended', { status: registeredStatus({ state: 'Paused' }) }, {}, 'inProgress'],
  [
    'a metrics API at its address in the cluster',
    {
      spec: { apiType: 'prometheus' },
      status: {
        ...registeredStatus({
          ...OUTSIDE,
          observedSpecHash: parsedApi({ spec: { apiType: 'prometheus' } }).specHash,
        }),
        apiStatus: { name: 'shop-catalog-v4', url: IN_CLUSTER },
      },
    },
    {},
    'settled',
  ],
  ['policies said to be not enforced', limited('PoliciesNotSupported'), {}, 'settled'],
  [
    'policies said to be sent',
    limited('PoliciesSent', {}, { registered: SENT }),
    { sendPolicies: true },
    'settled',
  ],
  [
    'a registration that today would be sent otherwise: with its policies',
    limited('PoliciesUnconfirmed'),
    { sendPolicies: true },
    'registered otherwise',
  ],
  [
    'policies that are to be sent from now on',
    limited('PoliciesNotSupported'),
    { sendPolicies: true },
    'registered otherwise',
  ],
  ['policies that are to be sent no longer', limited('PoliciesSent'), {}, 'policies told otherwise'],
  ['policies that nobody said anything about', limited(), {}, 'policies told otherwise'],
  [
    'a word about policies that nobody asks for',
    limited('PoliciesNotSupported', { rateLimit: null }),
    {},
    'policies told otherwise',
  ],
  [
    'policies of an API outside the gateway',
    {
      ...limited('NotRouted', { apiType: 'prometheus' }),
      status: {
        ...limited('NotRouted', { apiType: 'prometheus' }, OUTSIDE).status,
        apiStatus: { name: 'shop-catalog-v4', url: IN_CLUSTER },
      },
    },
    { sendPolicies: true, address: undefined },
    'settled',
  ],
  [
    'policies of a spec that cannot be read',
    limited('PoliciesSent', { port: 0 }, { state: 'Rejected' }),
    {},
    'settled',
  ],
  [
    'policies of an API that a workflow is at',
    { ...limited(), status: registeredStatus({ state: 'Registering', observedSpecHash: LIMITED.specHash }) },
    {},
    'inProgress',
  ],
  [
    'a path that an older API asks for',
    {},
    { pathOwner: { name: 'bank/older', why: 'older' } },
    'path conflict',
  ],
  [
    'a conflict that is told',
    {
      status: {
        ...registeredStatus({ state: 'Conflict', registered: undefined, pathOwner: 'bank/older' }),
        apiStatus: { name: 'shop-catalog-v4' },
        implementation: { ready: false },
      },
    },
    { pathOwner: { name: 'bank/older', why: 'older' } },
    'settled',
  ],
  [
    'a conflict with somebody else by now',
    { status: registeredStatus({ state: 'Conflict', registered: undefined, pathOwner: 'bank/older' }) },
    { pathOwner: { name: 'bank/next', why: 'older' } },
    'path conflict',
  ],
  [
    'a path that has become free',
    { status: registeredStatus({ state: 'Conflict', registered: undefined, pathOwner: 'bank/older' }) },
    {},
    'path free',
  ],
  [
    'a deletion that began before the move, of what the replaced operator has registered',
    { metadata: { ...DELETED, finalizers: [KOPF] }, status: { apigBind: { spec: CALL } } },
    {},
    'removal not told',
  ],
  ['a deletion that waits for us', { metadata: DELETED }, {}, 'inProgress'],
  [
    'a deletion that waits for others and does not say yet that it is removed',
    { metadata: { ...DELETED, finalizers: ['other/one'] } },
    {},
    'removal not told',
  ],
  ...['Removed', 'Released'].map((state): [string, Parts, object, string] => [
    `a deletion that waits for others and says ${state}`,
    { metadata: { ...DELETED, finalizers: ['other/one'] }, status: registeredStatus({ state }) },
    {},
    'settled',
  ]),
  [
    'a deletion that waits for others, of what we never touched',
    { metadata: { ...DELETED, finalizers: ['other/one'] }, status: {} },
    {},
    'settled',
  ],
])('%s', (_sentence, api, around, expected) => {
  expect(kindOf(api, around)).toBe(expected);
});

describe('requestFingerprint', () => {
  test('is the same before and after our own writes', () => {
    expect(requestFingerprint(settledApi())).toBe(requestFingerprint(parsedApi()));
    expect(requestFingerprint(settledApi({ metadata: { resourceVersion: '2', generation: 9 } }))).toBe(
      requestFingerprint(settledApi()),
    );
  });

  test.each<[string, Parts]>([
    ['a changed spec', { spec: { port: 9 } }],
    ['a deletion', { metadata: DELETED }],
    ['another resource under the same name', { metadata: { uid: 'other' } }],
    ['a pause', annotated('paused', 'true')],
    ['a force-release', annotated('forceRelease', 'true')],
    ['a deletion policy', annotated('deletionPolicy', 'Retain')],
    ['a deletion policy that cannot be understood', annotated('deletionPolicy', 'Retian')],
    ['an asked-for look', annotated('reconcileRequestedAt', 'now')],
    ['a new parent', { metadata: { ownerReferences: [{ kind: 'Component', name: 'shop', uid: 'c' }] } }],
  ])('differs for %s', (_what, changed) => {
    expect(requestFingerprint(settledApi(changed))).not.toBe(requestFingerprint(settledApi()));
  });
});

describe('where records are sealed', () => {
  const seal: RecordSeal = { make: sealedText, isRight: (record) => record.seal === sealedText(record) };
  const judged = (changes: Readonly<Record<string, unknown>> = {}): string => {
    const { apig } = settledApi().status;
    const api = settledApi({ status: registeredStatus({ seal: seal.make(apig), ...changes }) });
    const found = reconcileReason(api, SURROUNDINGS, { ...RECONCILE_OPTIONS, seal });
    return found.kind === 'needed' ? found.why : found.kind;
  };

  test('what is sealed is settled, so that a restart costs nothing', () => {
    expect(judged()).toBe('settled');
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['without a seal, as before the setting', { seal: undefined }],
    ['with a seal for another path', { registered: ELSEWHERE }],
    ['with a seal for another revision', { revision: 9 }],
    ['with a refusal that somebody made up, which would last for ever', { state: 'Rejected', revision: 1 }],
  ])('a record %s is looked at by its workflow, which judges the same', (_what, changes) => {
    expect(judged(changes)).toBe('record of another resource or gateway, or not sealed');
  });
});
