import type { FormerGateways } from './formerGateways.ts';
import { EMPTY_RECORD, type GatewayRecord } from '../registration/record.ts';
import type { Reply } from '../registration/outcome.ts';
import type { Reason } from '../kubernetes/reasons.ts';
import type { Failures } from '../registration/retry.ts';
import { maskedSpecification } from '../spec/specification.ts';
import type { InLine } from '../registration/urgency.ts';
import type { Registration } from '../registration/registration.ts';

/** Where one API stands and why: told to the resource, the search attributes and people alike. */
export interface RegistrationCondition {
  readonly state: ApiState;
  readonly reason: Reason;
  readonly message: string;
}

/** By what decision of a person a finalizer is released without a removal at the gateway. */
export type ReleaseReason = 'Retain' | 'force-release';

/** All that a workflow remembers of one API between rounds; handed over when it continues as new. */
export interface ExposedApiState {
  /** Of the resource last seen; another one under the same name is another API. */
  readonly uid?: string | undefined;
  /** Names the gateway of the last observation, for a resource that is gone. */
  readonly gateway?: string | undefined;
  /** What statuses called that gateway then: one that is only played has another name at the same address. */
  readonly recordedAs?: string | undefined;
  /** Undefined until the first observation: then the resource's own status is the memory. */
  readonly record?: GatewayRecord | undefined;
  /** How often an intent was recorded; the status says so, too. */
  readonly revision?: number | undefined;
  readonly failures?: Failures | undefined;
  /** What is left at gateways that were its own before. */
  readonly former?: FormerGateways | undefined;
  /** Of removals there. */
  readonly formerFailures?: Failures | undefined;
  /** The call that waits in front of the gateway; one that is taken back and made again keeps its age. */
  readonly inLine?: InLine | undefined;
  readonly lastReply?: Reply | undefined;
  readonly registeredAt?: string | undefined;
  readonly isPausedByHand: boolean;
  readonly isReleasedByHand: boolean;
  /** What its annotations said when the resource was last seen: it may vanish without its finalizer being honoured. */
  readonly releaseReason?: ReleaseReason | undefined;
  /** Since when the implementation has no ready endpoint, while its Component still shows it ready. */
  readonly notReadySince?: number | undefined;
  readonly condition?: RegistrationCondition | undefined;
  /**
   * Raised when a round has failed, for its writes may still be under way; a report says it, and none of a lower one is written after
   * that. Absent: no round has failed.
   */
  readonly fence?: number | undefined;
}

export const NEW_STATE: ExposedApiState = { isPausedByHand: false, isReleasedByHand: false };

/** The answer of the query `registration`. */
export interface RegistrationView {
  readonly state: ApiState;
  readonly reason: Reason | '';
  readonly message: string;
  readonly registered: Registration | null;
  readonly possiblyRegistered: readonly Registration[];
  /** Tries that ended; what Temporal repeats meanwhile is counted at the pending activity. */
  readonly failures: number;
  /** RFC 3339, or null when nothing waits, or when Temporal repeats the call. */
  readonly nextAttemptAt: string | null;
  readonly lastReply: Reply | null;
}

const NOTHING_SAID = { state: 'Pending', reason: '', message: '' } as const;

/** @param now milliseconds since the epoch */
export function viewOf(state: ExposedApiState, now: number): RegistrationView {
  const { record = EMPTY_RECORD, failures, condition = NOTHING_SAID } = state;
  return {
    state: condition.state,
    reason: condition.reason,
    message: condition.message,
    registered: record.registered ? shown(record.registered) : null,
    possiblyRegistered: [...record.unconfirmed, ...record.inFlight].map(shown),
    failures: failures?.count ?? 0,
    nextAttemptAt:
      failures && failures.nextAttemptAt > now ? new Date(failures.nextAttemptAt).toISOString() : null,
    lastReply: state.lastReply ?? null,
  };
}

/** People see where a specification is, not the secret that a signed link carries. */
function shown(registration: Registration): Registration {
  const { specification } = registration;
  return { ...registration, specification: maskedSpecification(specification) };
}

/** Where an API stands; one word for kubectl, the Temporal UI's columns (`OdaApiState`) and people. */
export const API_STATES = [
  'Pending',
  'Registering',
  'Registered',
  'Retrying',
  'Rejected',
  'Conflict',
  'Paused',
  'Removing',
  'NotRouted',
  'Removed',
  'Released',
] as const;

export type ApiState = (typeof API_STATES)[number];
