import {
  clearable,
  describeFormer,
  formerGatewaysCondition,
  leaveAt,
  MAX_FORMER,
  mergeFormer,
  withoutGateway,
  withoutPlaceAt,
} from '../../../src/domain/exposedApi/formerGateways.ts';
import { observationOf } from '../../../src/domain/exposedApi/observation.ts';
import { parsedApi, registeredStatus } from '../../support/builders/apis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';
import { ROUND_SETTINGS } from '../../support/cluster/memoryCluster.ts';

const OLD = 'http://old.example';
const A = registrationOf();
const B = registrationOf({ path: '/b' });

test('one place is left at a gateway once, however the gateway is spelt', () => {
  const list = leaveAt(leaveAt([], OLD, [A]), 'old.example:80', [registrationOf({ port: 1 }), B]);
  expect(list.flatMap(({ registrations }) => registrations.map(({ path }) => path))).toEqual([
    A.path,
    B.path,
  ]);
  expect(mergeFormer(list, list)).toEqual(list);
});

test('nothing is left at a gateway that is only played, nor where there was nothing', () => {
  expect(leaveAt([], 'mock', [A])).toEqual([]);
  expect(leaveAt([], OLD, [])).toEqual([]);
});

test('of more gateways than anybody has, the latest are remembered', () => {
  const names = Array.from({ length: MAX_FORMER + 2 }, (_, index) => `http://g${index}.example`);
  const list = names.reduce((known, name) => leaveAt(known, name, [A]), leaveAt([], OLD, []));
  expect(list.map(({ gateway }) => gateway)).toEqual(names.slice(2));
});

test('a gateway goes with the last of its places, and when it is the own one again', () => {
  const list = leaveAt([], OLD, [A, B]);
  const rest = withoutPlaceAt(list, OLD, A);
  expect(describeFormer(rest)).toBe('/b at http://old.example');
  expect(withoutPlaceAt(rest, OLD, B)).toEqual([]);
  expect(withoutGateway(list, 'old.example:80')).toEqual([]);
});

test('only what settings name is called; the condition says which, and why it is not done', () => {
  const list = leaveAt([], OLD, [A]);
  expect(clearable(list, ['http://old.example:80/'])).toEqual(list);
  expect(clearable(list, [])).toEqual([]);
  expect(formerGatewaysCondition([], [])).toBeUndefined();
  expect(formerGatewaysCondition(list)?.message).toContain('APIG_FORMER_ENDPOINTS');
  expect(
    formerGatewaysCondition(list, [OLD], 'The gateway answered with HTTP status 503')?.message,
  ).toContain('It is being removed there; the last try failed. The gateway answered with HTTP status 503.');
});

describe('what a status says', () => {
  const surroundings = {
    endpointsReady: true,
    address: undefined,
    entry: 'noParent',
    pathOwner: undefined,
  } as const;
  const formerIn = (apig: Readonly<Record<string, unknown>>) =>
    observationOf(parsedApi({ status: { ...registeredStatus(apig) } }), surroundings, {
      desired: { specificationForm: 'string', sendPolicies: false },
      round: ROUND_SETTINGS,
      gateway: 'new.example:80',
      recordedAs: 'http://new.example',
    }).former;
  const left = (registration: object) => [{ gateway: 'http://older.example', registrations: [registration] }];
  const own = registrationOf({ name: parsedApi().ref.name });

  test('a record of another gateway was left there, beside what was left before', () => {
    expect(formerIn({ gateway: OLD, formerGateways: left(own) })?.map(({ gateway }) => gateway)).toEqual([
      'http://older.example',
      OLD,
    ]);
  });

  test('of another resource nothing is believed, nor of another name, nor what no spec may say', () => {
    const here = { gateway: 'http://new.example' };
    expect(formerIn({ ...here, uid: 'another', formerGateways: left(own) })).toBeUndefined();
    expect(
      formerIn({ ...here, formerGateways: left({ ...own, name: 'victim' }) })?.[0]?.registrations,
    ).toEqual([]);
    expect(
      formerIn({ ...here, formerGateways: left({ ...own, path: '/../admin' }) })?.[0]?.registrations,
    ).toEqual([]);
  });
});
