import { actionOf } from '../../../src/domain/exposedApi/action.ts';
import type { EntryOutcome } from '../../../src/domain/exposedApi/entryUpdate.ts';
import type { PresentApi } from '../../../src/domain/exposedApi/observation.ts';
import { releasedStatus, type Release } from '../../../src/domain/exposedApi/releasedStatus.ts';
import { reportOf } from '../../../src/domain/exposedApi/report.ts';
import { NEW_STATE, type ExposedApiState } from '../../../src/domain/exposedApi/state.ts';
import { statusOf } from '../../../src/domain/exposedApi/status.ts';
import { statusPatch } from '../../../src/domain/exposedApi/statusPatch.ts';
import type { Reason } from '../../../src/domain/kubernetes/reasons.ts';
import type { Outcome } from '../../../src/domain/registration/outcome.ts';
import { EMPTY_RECORD, type Step } from '../../../src/domain/registration/record.ts';
import { addFailure, type Failures } from '../../../src/domain/registration/retry.ts';
import { applyMergePatch } from '../cluster/mergePatch.ts';
import { apiObject, API_SPEC } from './apis.ts';
import { presentApi } from './presentApis.ts';
import { registrationOf } from './registrations.ts';

type Json = Readonly<Record<string, unknown>>;

const SINCE = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const REGISTRATION = registrationOf();
const HELD: Partial<ExposedApiState> = { record: { ...EMPTY_RECORD, registered: REGISTRATION } };
const NOTHING_HELD: Partial<ExposedApiState> = { record: EMPTY_RECORD };
const ON_REQUEST: Partial<PresentApi> = { policies: ['quota'] };

/** What a round has seen, remembers and was told; all in order where it is not given. */
interface Round {
  readonly seen?: Partial<PresentApi>;
  readonly state?: Partial<ExposedApiState>;
  /** How it stands with the Component's entry. Default: as the round itself says. */
  readonly entry?: EntryOutcome;
  /** Milliseconds since the first failure. Default: one second. */
  readonly after?: number;
  readonly spec?: Json;
}

/** The API with the status that the operator writes at the end of such a round, as the API server holds it. */
export function apiAfter({ seen: changes, state: remembered, entry, after = 1_000, spec = {} }: Round): Json {
  const state = { ...NEW_STATE, ...HELD, ...remembered };
  const seen = presentApi(changes);
  const record = state.record ?? EMPTY_RECORD;
  const now = SINCE + after;
  const report = reportOf(
    'shop-catalog-v4',
    { state: { ...state, record }, seen, action: actionOf(seen, state) },
    now,
  );
  const ours = statusOf(report.facts, entry ?? (report.entry.entry ? 'written' : report.entry.otherwise));
  return apiWith(applyMergePatch({}, statusPatch({}, ours, new Date(now).toISOString())), spec);
}

/** The API, held by somebody else's finalizer, after the operator has let it go. */
function apiReleased(why: Release['why']): Json {
  const registered = apiAfter({});
  const release = { why, note: `${why}, says the operator.`, isOthers: false };
  const patch = releasedStatus(registered['status'], release, new Date(SINCE).toISOString());
  return apiWith(applyMergePatch(registered['status'], patch), {});
}

function apiWith(status: unknown, spec: Json): Json {
  return { ...apiObject({ spec: { ...SPEC, ...spec } }), status };
}

/** What REGISTRATION comes from. */
const SPEC: Json = { ...API_SPEC, path: REGISTRATION.path, port: REGISTRATION.port };

function failing(kind: Exclude<Outcome['kind'], 'accepted'>, verb: Step['verb'] = 'register'): Failures {
  const outcome = { kind, reply: { code: '503', message: 'out of order' } } as const;
  return addFailure(undefined, { verb, registration: REGISTRATION }, outcome, { now: SINCE, random: 0.5 });
}

/** For each reason an API whose status says it. */
export const API_WITH: Readonly<Record<Reason, Json>> = {
  Confirmed: apiAfter({}),
  Available: apiAfter({}),
  EndpointsReady: apiAfter({}),
  EntryWritten: apiAfter({ entry: 'written' }),
  Registering: apiAfter({ state: NOTHING_HELD }),
  GatewayUnavailable: apiAfter({ state: { ...NOTHING_HELD, failures: failing('unavailable') } }),
  OutcomeUnknown: apiAfter({ state: { ...NOTHING_HELD, failures: failing('unknown') } }),
  GatewayRejected: apiAfter({ state: { ...NOTHING_HELD, failures: failing('rejected') } }),
  InvalidSpec: apiAfter({
    state: NOTHING_HELD,
    seen: { desired: { kind: 'invalid', problem: 'spec.port must be a number' } },
  }),
  PathConflict: apiAfter({ state: NOTHING_HELD, seen: { pathOwner: { name: 'bank/older', why: 'older' } } }),
  NotRouted: apiAfter({
    state: NOTHING_HELD,
    seen: { desired: { kind: 'notRouted', url: 'http://catalog.shop.svc.cluster.local:8080/metrics' } },
  }),
  External: apiAfter({
    state: NOTHING_HELD,
    seen: { desired: { kind: 'external' }, endpointsReady: false, address: undefined },
    spec: { implementation: '<external>' },
  }),
  LeftAtFormerGateway: apiAfter({
    state: { former: [{ gateway: 'http://former.example', registrations: [REGISTRATION] }] },
  }),
  UnknownAnnotationValue: apiAfter({ seen: { annotationProblem: 'paused is "maybe"' } }),
  Paused: apiAfter({ seen: { isPaused: true } }),
  Removing: apiAfter({ seen: { isDeleting: true } }),
  RemovalDelayed: apiAfter({
    seen: { isDeleting: true },
    state: { failures: failing('unavailable', 'remove') },
    after: 10 * MINUTE,
  }),
  Removed: apiReleased('Removed'),
  Released: apiReleased('Released'),
  NoReadyEndpoints: apiAfter({ seen: { endpointsReady: false } }),
  EndpointsUnknown: apiAfter({ seen: { endpointsReady: false, unread: { endpoints: '403 forbidden' } } }),
  EntryMissing: apiAfter({ entry: 'notListed' }),
  EntryRefused: apiAfter({ entry: { refused: '403 forbidden' } }),
  EntryUnknown: apiAfter({ entry: { unknown: '403 forbidden' } }),
  NoComponent: apiAfter({ seen: { component: undefined } }),
  WaitingForUrl: apiAfter({ seen: { address: undefined }, entry: 'waitingForUrl' }),
  GatewayAddressUnknown: apiAfter({ seen: { address: undefined } }),
  PoliciesNotSupported: apiAfter({ seen: ON_REQUEST }),
  PoliciesSent: apiAfter(withPolicies(HELD)),
  PoliciesUnconfirmed: apiAfter(withPolicies(NOTHING_HELD)),
};

function withPolicies(state: Partial<ExposedApiState>): Round {
  const registration = registrationOf({ policies: { quota: { limit: '10' } } });
  const isHeld = state.record?.registered !== undefined;
  return {
    seen: { ...ON_REQUEST, desired: { kind: 'register', registration } },
    state: isHeld ? { record: { ...EMPTY_RECORD, registered: registration } } : state,
  };
}
