import type { EntryOutcome } from '../../../src/domain/exposedApi/entryUpdate.ts';
import { statusOf, type OurStatus, type StatusFacts } from '../../../src/domain/exposedApi/status.ts';
import type { NewCondition } from '../../../src/domain/kubernetes/conditions.ts';
import type { RegistrationCondition } from '../../../src/domain/exposedApi/state.ts';
import { EMPTY_RECORD, withIntent, withUnknown } from '../../../src/domain/registration/record.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const A = registrationOf();
const URL_NOW = 'http://10.0.0.1/shop/catalog/v4';
const REGISTERED: RegistrationCondition = { state: 'Registered', reason: 'Confirmed', message: 'Confirmed.' };
const REGISTERING: RegistrationCondition = {
  state: 'Registering',
  reason: 'Registering',
  message: 'On its way.',
};
const RETRYING: RegistrationCondition = { state: 'Retrying', reason: 'GatewayUnavailable', message: 'Down.' };
const PAUSED: RegistrationCondition = { state: 'Paused', reason: 'Paused', message: 'Paused.' };
const NOT_ROUTED: RegistrationCondition = {
  state: 'NotRouted',
  reason: 'NotRouted',
  message: 'Not involved.',
};
const IN_CLUSTER = 'http://catalog.shop.svc.cluster.local:8080/metrics';

function say(facts: Partial<StatusFacts> = {}, entry: EntryOutcome = 'written'): OurStatus {
  const all: StatusFacts = {
    name: 'shop-catalog-v4',
    seen: presentApi(),
    condition: REGISTERED,
    record: { ...EMPTY_RECORD, registered: A },
    lastReply: { code: '0000', message: 'done' },
    registeredAt: '2026-01-01T00:00:00Z',
    conflict: undefined,
    ...facts,
  };
  return statusOf(all, entry);
}

const condition = ({ conditions }: OurStatus, type: string): NewCondition | undefined =>
  conditions.find((one) => one.type === type);
const summary = (status: OurStatus): Record<string, string> =>
  Object.fromEntries(status.conditions.map(({ type, status: is, reason }) => [type, `${is} ${reason}`]));

test('a registered API with a ready implementation is available', () => {
  const status = say();
  expect(status.apiStatus).toEqual({
    name: 'shop-catalog-v4',
    ip: '10.0.0.1',
    url: URL_NOW,
    developerUI: `${URL_NOW}/docs/`,
  });
  expect(status.implementation).toEqual({ ready: true });
  expect(summary(status)).toEqual({
    Registered: 'True Confirmed',
    ImplementationReady: 'True EndpointsReady',
    ComponentUpdated: 'True EntryWritten',
    Ready: 'True Available',
  });
  expect(status.apig).toMatchObject({
    state: 'Registered',
    observedSpecHash: 'sha256:1',
    registered: A,
    pending: undefined,
    registeredAt: '2026-01-01T00:00:00Z',
    lastReply: { code: '0000', message: 'done' },
  });
});

describe('the rules that the component controller relies on', () => {
  const every: readonly Partial<StatusFacts>[] = [
    {},
    { condition: REGISTERING, record: EMPTY_RECORD },
    { condition: RETRYING, record: withIntent(EMPTY_RECORD, { verb: 'register', registration: A }) },
    { seen: presentApi({ address: undefined }) },
    { seen: presentApi({ endpointsReady: false }) },
    {
      condition: NOT_ROUTED,
      seen: presentApi({ desired: { kind: 'notRouted', url: IN_CLUSTER } }),
      record: EMPTY_RECORD,
    },
    {
      condition: { ...RETRYING, state: 'Rejected' },
      seen: presentApi({ desired: { kind: 'invalid', problem: 'x' } }),
    },
  ];

  test.each(every)(
    'the name is there, the block is flat, the implementation exists and no ready is without url (%#)',
    (facts) => {
      const { apiStatus, implementation } = say(facts);
      expect(apiStatus.name).toBe('shop-catalog-v4');
      expect(Object.keys(apiStatus).toSorted()).toEqual(['developerUI', 'ip', 'name', 'url']);
      for (const value of Object.values(apiStatus)) expect(['string', 'undefined']).toContain(typeof value);
      expect(typeof implementation.ready).toBe('boolean');
      expect(implementation.ready && apiStatus.url === undefined).toBe(false);
    },
  );
});

test('an API that the gateway is not involved in has its address in the cluster, and says so', () => {
  const status = say({
    condition: NOT_ROUTED,
    seen: presentApi({ desired: { kind: 'notRouted', url: IN_CLUSTER }, address: undefined }),
    record: EMPTY_RECORD,
  });
  expect(status.apiStatus).toMatchObject({ url: IN_CLUSTER, ip: undefined });
  expect(status.implementation.ready).toBe(true);
  expect(summary(status)).toMatchObject({ Registered: 'False NotRouted', Ready: 'True Available' });
});

describe('a pause', () => {
  const saying = (facts: Partial<StatusFacts>): OurStatus => say({ condition: PAUSED, ...facts });
  const readiness = (facts: Partial<StatusFacts> = {}): string | undefined => summary(saying(facts))['Ready'];

  test('leaves a healthy API ready, and says that it is paused', () => {
    const status = saying({});
    expect(summary(status)).toMatchObject({ Registered: 'Unknown Paused', Ready: 'True Available' });
    expect(condition(status, 'Ready')?.message).toBe(
      `Available at ${URL_NOW}. Paused: changes are not sent until the pause ends.`,
    );
    expect(status.implementation.ready).toBe(true);
  });

  test.each<[string, Partial<StatusFacts>, string]>([
    ['without endpoint', { seen: presentApi({ endpointsReady: false }) }, 'NoReadyEndpoints'],
    ['without address', { seen: presentApi({ address: undefined }) }, 'GatewayAddressUnknown'],
    ['that was never registered', { record: EMPTY_RECORD }, 'Paused'],
    [
      'whose registration is in doubt',
      { record: withUnknown(EMPTY_RECORD, { verb: 'register', registration: A }, 1) },
      'Paused',
    ],
    [
      'that asks for something else by now',
      { seen: presentApi({ desired: { kind: 'register', registration: registrationOf({ port: 1 }) } }) },
      'Paused',
    ],
    [
      'whose spec is not valid',
      { seen: presentApi({ desired: { kind: 'invalid', problem: 'x' } }) },
      'Paused',
    ],
    ['that is being deleted', { seen: presentApi({ isDeleting: true }) }, 'Paused'],
  ])('makes no API %s ready', (_what, facts, reason) => {
    expect(readiness(facts)).toBe(`False ${reason}`);
  });

  test('takes no address from an API that the gateway is not involved in', () => {
    const seen = presentApi({ desired: { kind: 'notRouted', url: IN_CLUSTER }, policies: [] });
    const status = saying({ seen, record: EMPTY_RECORD });
    expect(status.apiStatus.url).toBe(IN_CLUSTER);
    expect(summary(status)['Ready']).toBe('True Available');
    // Still at the gateway: its removal waits for the end of the pause.
    expect(saying({ seen }).apiStatus.url).toBe(URL_NOW);
    expect(readiness({ seen })).toBe('False Paused');
  });
});

test('nothing is published before the gateway has confirmed it', () => {
  const status = say({
    condition: REGISTERING,
    record: withIntent(EMPTY_RECORD, { verb: 'register', registration: A }),
  });
  expect(status.apiStatus.url).toBeUndefined();
  expect(status.implementation.ready).toBe(false);
  expect(status.apig).toMatchObject({ pending: A, registered: undefined });
  expect(summary(status)).toMatchObject({ Registered: 'Unknown Registering', Ready: 'False Registering' });
});

test('a doubt about what is published keeps the URL: it may well still work', () => {
  const record = withUnknown({ ...EMPTY_RECORD, registered: A }, { verb: 'register', registration: A }, 1);
  const published = say({ condition: RETRYING, record, seen: presentApi({ publishedUrl: URL_NOW }) });
  expect(published.apiStatus.url).toBe(URL_NOW);
  expect(summary(published)).toMatchObject({
    Registered: 'False GatewayUnavailable',
    Ready: 'False GatewayUnavailable',
  });
  expect(say({ condition: RETRYING, record }).apiStatus.url).toBeUndefined();
});

test('while a changed path is on its way the confirmed one is published', () => {
  const seen = presentApi({ desired: { kind: 'register', registration: registrationOf({ path: '/new' }) } });
  expect(say({ condition: REGISTERING, seen }).apiStatus.url).toBe(URL_NOW);
});

test('a gateway without address is the reason not to be ready, with what to do', () => {
  const status = say({ seen: presentApi({ address: undefined }) });
  expect(summary(status)).toMatchObject({
    Registered: 'True Confirmed',
    Ready: 'False GatewayAddressUnknown',
  });
  expect(condition(status, 'Ready')?.message).toContain('APIG_PUBLIC_URL');
});

test('an implementation without endpoint is the reason not to be ready, with what to do', () => {
  const status = say({ seen: presentApi({ endpointsReady: false }) });
  expect(status.implementation.ready).toBe(false);
  expect(status.apiStatus.url).toBe(URL_NOW);
  expect(summary(status)).toMatchObject({
    ImplementationReady: 'False NoReadyEndpoints',
    Ready: 'False NoReadyEndpoints',
  });
  expect(condition(status, 'Ready')?.message).toContain('selector');
});

test('a Service that can have no EndpointSlice is named as a cause', () => {
  const status = say({ seen: presentApi({ endpointsReady: false }) });
  expect(condition(status, 'ImplementationReady')?.message).toContain('ExternalName');
});

test.each([
  [true, 'True Available'],
  [false, 'False EndpointsUnknown'],
])('endpoints that cannot be read leave a readiness of %s as it was said', (endpointsReady, ready) => {
  const status = say({ seen: presentApi({ endpointsReady, unread: { endpoints: '403 forbidden' } }) });
  expect(status.implementation.ready).toBe(endpointsReady);
  expect(summary(status)).toMatchObject({ ImplementationReady: 'Unknown EndpointsUnknown', Ready: ready });
  expect(condition(status, 'ImplementationReady')?.message).toContain('403 forbidden');
});

test('an Ingress that cannot be read is told in its own words', () => {
  const status = say({ seen: presentApi({ address: undefined, unread: { address: '403 forbidden' } }) });
  expect(summary(status)['Ready']).toBe('False GatewayAddressUnknown');
  expect(condition(status, 'Ready')?.message).toContain('403 forbidden');
});

test.each<[EntryOutcome, string]>([
  ['written', 'True EntryWritten'],
  ['notListed', 'False EntryMissing'],
  ['noComponent', 'True NoComponent'],
  ['waitingForUrl', 'False WaitingForUrl'],
  [{ refused: '403 forbidden' }, 'False EntryRefused'],
  [{ unknown: '403 forbidden' }, 'Unknown EntryUnknown'],
])('a Component entry that is %j', (entry, expected) => {
  expect(summary(say({}, entry))['ComponentUpdated']).toBe(expected);
});

test.each([
  ['/docs', 'http://10.0.0.1/docs'],
  ['https://docs.example/x', 'https://docs.example/x'],
])('the developer UI %s is published as %s', (developerUI, expected) => {
  expect(say({ seen: presentApi({ developerUI }) }).apiStatus.developerUI).toBe(expected);
});
