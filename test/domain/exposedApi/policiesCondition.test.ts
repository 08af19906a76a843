import { statusOf, type OurStatus } from '../../../src/domain/exposedApi/status.ts';
import { EMPTY_RECORD, withIntent, type GatewayRecord } from '../../../src/domain/registration/record.ts';
import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { policiesCondition } from '../../../src/domain/exposedApi/policiesCondition.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const PLAIN = registrationOf();
const LIMITED = registrationOf({ policies: { rateLimit: { enabled: true, limit: '5', interval: 'ps' } } });
const asking = (registration = PLAIN): PresentApi =>
  presentApi({ policies: ['rateLimit', 'CORS'], desired: { kind: 'register', registration } });
const registered = (registration = PLAIN): GatewayRecord => ({ ...EMPTY_RECORD, registered: registration });
const say = (seen: PresentApi, record: GatewayRecord): OurStatus =>
  statusOf(
    {
      name: 'shop-catalog-v4',
      seen,
      condition: { state: 'Registered', reason: 'Confirmed', message: 'Confirmed.' },
      record,
      lastReply: undefined,
      registeredAt: undefined,
      conflict: undefined,
    },
    'noComponent',
  );

test('policies that the gateway is not told are named, with what to do, registered or not', () => {
  for (const record of [EMPTY_RECORD, registered()]) {
    const condition = policiesCondition(asking(), record);
    expect(condition).toMatchObject({
      type: 'PoliciesEnforced',
      status: 'False',
      reason: 'PoliciesNotSupported',
      message: expect.stringMatching(/^Not enforced: rateLimit, CORS\. .*APIG_SEND_POLICIES/),
    });
  }
});

test('policies that were sent are said to be so once the gateway has confirmed exactly them', () => {
  expect(policiesCondition(asking(LIMITED), registered(LIMITED))).toMatchObject({
    status: 'True',
    reason: 'PoliciesSent',
    message: expect.stringContaining('rateLimit, CORS'),
  });
});

test.each<[string, GatewayRecord]>([
  ['nothing is confirmed', EMPTY_RECORD],
  ['a call is out', withIntent(EMPTY_RECORD, { verb: 'register', registration: LIMITED })],
  ['the registration without them is confirmed', registered(PLAIN)],
  [
    'other policies are confirmed',
    registered(registrationOf({ policies: { rateLimit: { enabled: true, limit: '9', interval: 'ps' } } })),
  ],
])('while %s, nobody knows whether they are enforced', (_what, record) => {
  expect(policiesCondition(asking(LIMITED), record)).toMatchObject({
    status: 'Unknown',
    reason: 'PoliciesUnconfirmed',
  });
});

test('an API outside the gateway has no policies enforced by it', () => {
  const seen = presentApi({ policies: ['quota'], desired: { kind: 'notRouted', url: 'http://in.cluster' } });
  expect(policiesCondition(seen, EMPTY_RECORD)).toMatchObject({ status: 'False', reason: 'NotRouted' });
});

test('the condition stands beside the others and does not keep an API from being ready', () => {
  const { conditions, withdrawn } = say(asking(), registered());
  expect(conditions.map(({ type, status }) => `${type} ${status}`)).toEqual([
    'Registered True',
    'ImplementationReady True',
    'ComponentUpdated True',
    'Ready True',
    'PoliciesEnforced False',
  ]);
  expect(withdrawn).not.toContain('PoliciesEnforced');
});

test('without a request the condition is withdrawn; where the spec cannot be read it is left as it was', () => {
  const types = ({ conditions }: OurStatus): readonly string[] => conditions.map(({ type }) => type);
  const none = say(presentApi({ policies: [] }), registered());
  expect(types(none)).not.toContain('PoliciesEnforced');
  expect(none.withdrawn).toContain('PoliciesEnforced');
  const unread = say(presentApi(), registered());
  expect(types(unread)).not.toContain('PoliciesEnforced');
  expect(unread.withdrawn).not.toContain('PoliciesEnforced');
});
