import { jest } from '@jest/globals';
import type { ExposedApiActivities, IntentOutcome } from '../../../activities/types.ts';
import type { Observation } from '../../../src/domain/exposedApi/observation.ts';
import { NEW_STATE, type ExposedApiState } from '../../../src/domain/exposedApi/state.ts';
import { EXPOSED_APIS } from '../../../src/domain/kubernetes/names.ts';
import type { Step } from '../../../src/domain/registration/record.ts';
import type { CallContext, CallEnd } from '../../../workflows/exposedApi/gatewayCall.ts';
import { ExposedApiReconciler } from '../../../workflows/exposedApi/reconciler.ts';
import { ROUND_SETTINGS } from '../../support/cluster/memoryCluster.ts';
import { presentApi } from '../../support/builders/presentApis.ts';
import { registrationOf } from '../../support/builders/registrations.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const REF = { plural: EXPOSED_APIS, namespace: 'shop', name: 'shop-catalog-v4' } as const;
const A = registrationOf();
const OLD = registrationOf({ path: '/old' });
const ACCEPTED: CallEnd = { kind: 'accepted', reply: { code: '0000', message: 'done' } };
const OWNER = { name: 'bank/older', why: 'older' } as const;
const registered = (registration = A): ExposedApiState => ({
  ...NEW_STATE,
  uid: 'api-uid',
  registeredAt: '2026-01-01T00:00:00Z',
  record: { registered: registration, unconfirmed: [], inFlight: [] },
});

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A reconciler whose outside answers as it is told, and what it asks of it. */
function stage(
  told: {
    readonly seen?: Observation;
    readonly state?: ExposedApiState;
    readonly intent?: IntentOutcome;
    readonly answer?: (step: Step) => CallEnd;
    readonly isEntryRefused?: boolean;
  } = {},
) {
  const { seen = presentApi(), intent = { kind: 'recorded', resourceVersion: '5' } } = told;
  const log: string[] = [];
  const observed: unknown[] = [];
  const calls: CallContext[] = [];
  const reports: Parameters<ExposedApiActivities['reportApi']>[0][] = [];
  const activities: ExposedApiActivities = {
    observeApi: async (_ref, atLeast) => {
      observed.push(atLeast);
      return seen;
    },
    recordIntent: async () => {
      log.push('intent');
      return intent;
    },
    reportApi: async (report) => {
      log.push(`report ${report.facts.condition.state}`);
      reports.push(report);
      return { isEntryRefused: told.isEntryRefused ?? false, resourceVersion: '6' };
    },
    releaseApi: async ({ why }) => {
      log.push(`release ${why}`);
    },
  };
  const callGateway = async (step: Step, context: CallContext): Promise<CallEnd> => {
    log.push(`${step.verb} ${step.registration.path}`);
    calls.push(context);
    return told.answer?.(step) ?? ACCEPTED;
  };
  const checkpoint = async (): Promise<void> => {
    log.push('checkpoint');
  };
  const show = (): void => void log.push('show');
  const effects = { activities, callGateway, checkpoint, show };
  const reconciler = new ExposedApiReconciler(REF, effects, told.state);
  return { reconciler, log, observed, calls, reports };
}

test('a first registration: intent, call, one report; the call names gateway and version of the intent', async () => {
  const { reconciler, log, calls } = stage();
  expect(await reconciler.reconcile()).toEqual({ kind: 'waiting', wakeAt: undefined });
  expect(log).toEqual(['intent', 'register /shop/catalog/v4', 'report Registered']);
  expect(calls).toMatchObject([
    {
      api: { ref: REF, uid: 'api-uid', resourceVersion: '5' },
      gateway: 'gateway.example:80',
      urgency: 'change',
    },
  ]);
});

test('what is up to date is only reported', async () => {
  const { reconciler, log } = stage({ state: registered() });
  await reconciler.reconcile();
  expect(log).toEqual(['report Registered']);
});

test('a Conflict means that nothing was sent: what is elsewhere goes, and the report names the owner', async () => {
  const { reconciler, log, reports } = stage({
    state: registered(OLD),
    seen: presentApi({ settings: { ...ROUND_SETTINGS, pathChange: 'make-before-break' } }),
    answer: ({ verb }) => (verb === 'register' ? { kind: 'conflict', owner: OWNER } : ACCEPTED),
  });
  const end = await reconciler.reconcile();
  expect(log).toEqual(['intent', 'register /shop/catalog/v4', 'intent', 'remove /old', 'report Conflict']);
  expect(reports).toMatchObject([
    { facts: { conflict: OWNER, record: { registered: undefined, unconfirmed: [], inFlight: [] } } },
  ]);
  // The view does not know of the owner, so no event may tell of its end.
  expect(end).toEqual({ kind: 'waiting', wakeAt: NOW + 3_000 });
});

test('a path that was left to its owner counts as removed', async () => {
  const { reconciler, log } = stage({
    state: registered(),
    seen: presentApi({ isDeleting: true }),
    answer: () => ({ kind: 'accepted', reply: { code: 'left-to-owner', message: '' } }),
  });
  expect(await reconciler.reconcile()).toMatchObject({ kind: 'ended' });
  expect(log).toEqual(['remove /shop/catalog/v4', 'release Removed']);
});

test('where the resource has changed since it was seen nothing is sent, and the next look is at least at that', async () => {
  const { reconciler, log, observed } = stage({ intent: { kind: 'changed', resourceVersion: '9' } });
  expect(await reconciler.reconcile()).toEqual({ kind: 'again' });
  await reconciler.reconcile();
  expect(log).toEqual(['intent', 'intent']);
  expect(observed).toEqual([{}, { exposedapis: '9' }]);
});

test('where it has gone, the watch has a moment to show that', async () => {
  const { reconciler } = stage({ intent: { kind: 'changed' } });
  expect(await reconciler.reconcile()).toEqual({ kind: 'waiting', wakeAt: NOW + 1_000 });
});

test('the next look is at least at its own writes, and at what a signal is about', async () => {
  const { reconciler, observed } = stage();
  await reconciler.reconcile();
  reconciler.lookAgain({ endpointslices: '3' });
  await reconciler.reconcile();
  expect(observed).toEqual([{}, { exposedapis: '6', endpointslices: '3' }]);
});

test('a re-assertion puts nothing in doubt: no intent, and the record stands while the call is out', async () => {
  const told = stage({
    state: { ...registered(), registeredAt: '2025-12-01T00:00:00Z' },
    seen: presentApi({ resourceVersion: '4', settings: { ...ROUND_SETTINGS, reassertIntervalMs: 60_000 } }),
  });
  await told.reconciler.reconcile();
  expect(told.log).toEqual(['register /shop/catalog/v4', 'report Registered']);
  expect(told.calls).toMatchObject([{ urgency: 'reassertion', api: { resourceVersion: '4' } }]);
  expect(told.reconciler.state.registeredAt).toBe('2026-01-01T00:00:00.000Z');
});

test('one that fails is a failure like any other, of a registration that is still on record', async () => {
  const { reconciler, log } = stage({
    state: { ...registered(), registeredAt: undefined },
    seen: presentApi({ settings: { ...ROUND_SETTINGS, reassertIntervalMs: 60_000 } }),
    answer: () => ({ kind: 'unavailable', reply: { code: 'ECONNREFUSED', message: '' } }),
  });
  await reconciler.reconcile();
  expect(log).toEqual(['register /shop/catalog/v4', 'report Retrying']);
  expect(reconciler.state).toMatchObject({ record: { registered: A }, failures: { count: 1 } });
});

test('a finalizer that somebody took away comes back', async () => {
  const { reconciler, log } = stage({ state: registered(), seen: presentApi({ holdsFinalizer: false }) });
  await reconciler.reconcile();
  expect(log).toEqual(['intent', 'report Registered']);
});

test('an entry whose write was refused is written again later', async () => {
  const { reconciler } = stage({ state: registered(), isEntryRefused: true });
  expect(await reconciler.reconcile()).toEqual({ kind: 'waiting', wakeAt: NOW + 60_000 });
});

test('a decision of a person is in the history before the finalizer goes', async () => {
  const seen = presentApi({ isDeleting: true, deletionPolicy: 'Retain' });
  const { reconciler, log } = stage({ state: registered(), seen });
  expect(await reconciler.reconcile()).toEqual({
    kind: 'ended',
    how: 'Released by Retain without a removal; left at the gateway: /shop/catalog/v4.',
  });
  expect(log).toEqual(['checkpoint', 'release Released']);
});

test('of what is gone the removal goes to the gateway that it was last seen at', async () => {
  const { reconciler, log, calls } = stage({
    state: { ...registered(), gateway: 'gone.example:80' },
    seen: { kind: 'absent', settings: ROUND_SETTINGS },
  });
  expect(await reconciler.reconcile()).toMatchObject({ kind: 'ended' });
  expect(log).toEqual(['remove /shop/catalog/v4']);
  expect(calls).toMatchObject([
    { gateway: 'gone.example:80', api: { uid: 'api-uid', resourceVersion: undefined } },
  ]);
});

test('a re-assertion that was passed over, or taken back, keeps its age and goes with the changes in the end', async () => {
  const ends: CallEnd[] = [{ kind: 'takenBack' }, { kind: 'passedOver' }];
  const told = stage({
    state: { ...registered(), registeredAt: '2025-12-01T00:00:00Z' },
    seen: presentApi({ settings: { ...ROUND_SETTINGS, reassertIntervalMs: 60_000 } }),
    answer: () => ends.shift() ?? ACCEPTED,
  });
  expect(await told.reconciler.reconcile()).toEqual({ kind: 'again' });
  jest.spyOn(Date, 'now').mockReturnValue(NOW + 100_000);
  expect(await told.reconciler.reconcile()).toEqual({ kind: 'again' });
  jest.spyOn(Date, 'now').mockReturnValue(NOW + 241_000);
  await told.reconciler.reconcile();
  const [first, second, third] = told.calls;
  expect(first?.urgency).toBe('reassertion');
  expect(second?.agesAfterMs).toBe((first?.agesAfterMs ?? 0) - 100_000);
  expect(third).toMatchObject({ urgency: 'change' });
  expect(third?.agesAfterMs).toBeUndefined();
  expect(told.reconciler.state.inLine).toBeUndefined();
});
