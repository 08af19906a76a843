import { recordOutcome, restoreState, type RestoredState } from '../../../src/domain/exposedApi/memory.ts';
import { NEW_STATE } from '../../../src/domain/exposedApi/state.ts';
import type { Outcome } from '../../../src/domain/registration/outcome.ts';
import { EMPTY_RECORD } from '../../../src/domain/registration/record.ts';
import { ROUND_SETTINGS } from '../../support/cluster/memoryCluster.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const A = registrationOf();
const CONFIRMED = { ...EMPTY_RECORD, registered: A };
const ABSENT = { kind: 'absent', settings: ROUND_SETTINGS } as const;

describe('what a round starts from', () => {
  test('without memory: the record of the status, and what it doubts may be in flight for one time-out', () => {
    const seen = presentApi({ published: { pending: A }, registeredAt: 'then' });
    expect(restoreState(NEW_STATE, seen, NOW)).toMatchObject({
      uid: 'api-uid',
      gateway: 'gateway.example:80',
      registeredAt: 'then',
      record: { unconfirmed: [A], inFlight: [A], inFlightUntil: NOW + ROUND_SETTINGS.gatewayTimeoutMs },
    });
  });

  test('its own memory goes before what a status says, which anybody may have written', () => {
    const seen = presentApi({ published: { registered: registrationOf({ path: '/forged' }) } });
    expect(restoreState({ ...NEW_STATE, record: CONFIRMED }, seen, NOW).record).toEqual(CONFIRMED);
  });

  test('a resource made anew under the name inherits what is at the gateway, and no word of a person', () => {
    const before = { ...NEW_STATE, uid: 'before', record: CONFIRMED, isPausedByHand: true } as const;
    expect(restoreState(before, presentApi(), NOW)).toMatchObject({
      uid: 'api-uid',
      record: CONFIRMED,
      isPausedByHand: false,
    });
  });

  const OTHER = registrationOf({ path: '/other' });
  const OURS = {
    ...NEW_STATE,
    uid: 'api-uid',
    gateway: 'gateway.example:80',
    record: CONFIRMED,
    revision: 3,
  };

  test('a status that is about another resource or gateway, copied or restored, only says what may be there', () => {
    const seen = presentApi({ published: { registered: A }, isOwnRecord: false, revision: 9 });
    expect(restoreState(NEW_STATE, seen, NOW)).toMatchObject({
      record: { ...EMPTY_RECORD, unconfirmed: [A] },
      revision: undefined,
    });
  });

  test('a memory that is older than the status, as after a reset, is merged with it: nothing of both is believed', () => {
    const seen = presentApi({ published: { registered: OTHER }, isOwnRecord: true, revision: 9 });
    expect(restoreState(OURS, seen, NOW)).toMatchObject({
      record: { ...EMPTY_RECORD, unconfirmed: [A, OTHER] },
      revision: 9,
    });
  });

  test('an intent that was recorded just before the process died carries nothing that may still arrive', () => {
    const seen = presentApi({ published: { registered: A, pending: OTHER }, isOwnRecord: true, revision: 4 });
    const { record } = restoreState(OURS, seen, NOW);
    expect(record).toEqual({ unconfirmed: [OTHER, A], inFlight: [] });
  });

  test.each([3, 2, undefined])(
    'a status of revision %s that says otherwise than a memory of revision 3 was written by somebody else',
    (revision) => {
      const seen = presentApi({ published: { registered: OTHER }, isOwnRecord: true, revision });
      expect(restoreState(OURS, seen, NOW)).toMatchObject({ record: CONFIRMED, revision: 3 });
    },
  );

  test('at another gateway nothing is confirmed', () => {
    const seen = presentApi({ gateway: 'new.example:80', published: { registered: A }, isOwnRecord: false });
    expect(restoreState(OURS, seen, NOW).record).toEqual({ ...EMPTY_RECORD, unconfirmed: [A] });
  });

  test('what was confirmed while the gateway was only played is confirmed no more once it is real', () => {
    const before = { ...NEW_STATE, gateway: 'gateway.example:80', record: CONFIRMED };
    const real = presentApi({ recordedAs: 'http://gateway.example', isOwnRecord: false });
    expect(restoreState({ ...before, recordedAs: 'mock' }, real, NOW).record).toEqual({
      ...EMPTY_RECORD,
      unconfirmed: [A],
    });
    // Who does not remember what it was called has it from before that was asked.
    expect(restoreState(before, real, NOW).record).toEqual(CONFIRMED);
  });

  describe('what is left at gateways that were its own before', () => {
    const there = { gateway: 'http://old.example', registrations: [A] };

    test('without memory: what the status says', () => {
      const seen = presentApi({ published: { registered: A }, isOwnRecord: false, former: [there] });
      expect(restoreState(NEW_STATE, seen, NOW).former).toEqual([there]);
    });

    test('all that is remembered, as soon as the gateway is another; what a gateway that was only played had is nowhere', () => {
      const moved = presentApi({ gateway: 'new.example:80', recordedAs: 'http://new.example' });
      const named = { ...OURS, recordedAs: 'http://old.example' };
      expect(restoreState(named, moved, NOW).former).toEqual([there]);
      expect(restoreState({ ...named, recordedAs: 'mock' }, moved, NOW).former).toBeUndefined();
    });

    test('a gateway that is its own again is none of them: its record is doubted there instead', () => {
      const back = presentApi({ gateway: 'old.example:80', recordedAs: 'http://old.example' });
      const away = { ...OURS, gateway: 'new.example:80', recordedAs: 'http://new.example', former: [there] };
      const { former, record } = restoreState(away, back, NOW);
      expect(former).toEqual([{ gateway: 'http://new.example', registrations: [A] }]);
      expect(record.unconfirmed).toEqual([A]);
    });

    test('a status says nothing more to who remembers, unless it is ahead', () => {
      const said = { former: [there], isOwnRecord: true, published: { registered: A } };
      expect(restoreState(OURS, presentApi({ ...said, revision: 3 }), NOW).former).toBeUndefined();
      expect(restoreState(OURS, presentApi({ ...said, revision: 5 }), NOW).former).toEqual([there]);
    });
  });

  test('of what is gone: where it was registered, and what was said about its deletion', () => {
    const before = restoreState(NEW_STATE, presentApi({ deletionPolicy: 'Retain' }), NOW);
    expect(restoreState(before, ABSENT, NOW)).toEqual(before);
    expect(before).toMatchObject({ gateway: 'gateway.example:80', releaseReason: 'Retain' });
    expect(restoreState(NEW_STATE, ABSENT, NOW).record).toEqual(EMPTY_RECORD);
  });
});

describe('when a call has ended', () => {
  const after = (outcome: Outcome): RestoredState =>
    recordOutcome(
      { ...NEW_STATE, record: EMPTY_RECORD },
      { step: { verb: 'register', registration: A }, outcome, timeoutMs: 10, now: NOW, random: 0 },
    );
  const reply = { code: '1', message: 'm' };

  test('an accepted one is on record, with its time, and nothing counts as failed', () => {
    expect(after({ kind: 'accepted', reply })).toMatchObject({
      record: CONFIRMED,
      registeredAt: '2026-01-01T00:00:00.000Z',
      lastReply: reply,
      failures: undefined,
    });
  });

  test('one that surely did nothing leaves the record as it was', () => {
    expect(after({ kind: 'unavailable', reply })).toMatchObject({
      record: EMPTY_RECORD,
      failures: { count: 1 },
    });
  });

  test('one of unknown outcome is in doubt, and in flight for one time-out', () => {
    expect(after({ kind: 'unknown', reply }).record).toMatchObject({
      unconfirmed: [A],
      inFlightUntil: NOW + 10,
    });
  });
});
