import type { NewCondition } from '../kubernetes/conditions.ts';
import type { RegistrationCondition } from './state.ts';
import { type GatewayRecord, publishRecord } from '../registration/record.ts';
import type { PresentApi } from './observation.ts';
import type { Reply } from '../registration/outcome.ts';
import { POLICIES_ENFORCED, policiesCondition } from './policiesCondition.ts';
import { REASONS } from '../kubernetes/reasons.ts';
import { ANNOTATIONS_UNDERSTOOD, annotationsCondition } from './annotationsCondition.ts';
import { type Endpoint, endpointOf, isLeftAlone, isPausedInService, isReady } from './endpoint.ts';
import type { EntryOutcome } from './entryUpdate.ts';
import type { PathOwner } from './pathClaim.ts';

/** `status.apiStatus`: small and flat, for the component controller copies it into its list. */
export interface ApiStatusBlock extends Endpoint {
  readonly name: string;
}

/** All that we say in a resource's status; other keys are others'. */
export interface OurStatus {
  /** Fields that are not named are left to whoever wrote them. */
  readonly apiStatus: Pick<ApiStatusBlock, 'name'> & Partial<Endpoint>;
  readonly implementation: { readonly ready?: boolean };
  readonly conditions: readonly NewCondition[];
  /** Types of conditions that we said before and that no longer apply. */
  readonly withdrawn: readonly string[];
  readonly apig: Readonly<Record<string, unknown>>;
}

export interface StatusFacts {
  readonly name: string;
  readonly seen: PresentApi;
  readonly condition: RegistrationCondition;
  readonly record: GatewayRecord;
  /** What the record says as soon as the call is out that is out, or about to be; absent: the same. */
  readonly announced?: GatewayRecord;
  readonly lastReply: Reply | undefined;
  readonly registeredAt: string | undefined;
  readonly revision?: number | undefined;
  /** See ExposedApiState. */
  readonly fence?: number | undefined;
  /** Who keeps this API from its path. */
  readonly conflict: PathOwner | undefined;
}

/** @param entry how it stands with the Component's entry */
export function statusOf(facts: StatusFacts, entry: EntryOutcome): OurStatus {
  const { name, seen, condition, record } = facts;
  const endpoint = endpointOf(seen, condition.state, record);
  const policies = policiesCondition(seen, record);
  const annotations = annotationsCondition(seen.annotationProblem);
  const isOthers = isLeftAlone(seen, condition.state, record);
  return {
    apiStatus: isOthers ? { name } : { name, ...endpoint },
    implementation: isOthers ? {} : { ready: isReady(seen, endpoint) },
    conditions: [
      ...conditionsOf(facts, entry, endpoint.url),
      ...(typeof policies === 'object' ? [policies] : []),
      ...(annotations ? [annotations] : []),
    ],
    withdrawn: [
      ...(policies === 'none' ? [POLICIES_ENFORCED] : []),
      ...(annotations ? [] : [ANNOTATIONS_UNDERSTOOD]),
    ],
    apig: {
      state: condition.state,
      uid: seen.uid,
      revision: facts.revision,
      observedSpecHash: seen.specHash,
      ...publishRecord(facts.announced ?? record),
      pathOwner: facts.conflict?.name,
      registeredAt: facts.registeredAt,
      lastReply: facts.lastReply,
      lastHandledReconcileAt: seen.reconcileRequestedAt,
      fence: facts.fence,
    },
  };
}

function conditionsOf(facts: StatusFacts, entry: EntryOutcome, url: string | undefined): NewCondition[] {
  const { seen, condition } = facts;
  const isPaused = isPausedInService(seen, condition.state, facts.record);
  const isServed = condition.state === 'Registered' || condition.state === 'NotRouted' || isPaused;
  const registered: NewCondition = {
    type: 'Registered',
    status:
      condition.state === 'Registered'
        ? 'True'
        : condition.reason === REASONS.registering || condition.reason === REASONS.paused
          ? 'Unknown'
          : 'False',
    reason: condition.reason,
    message: condition.message,
  };
  const implementation = implementationReady(seen);
  return [registered, implementation, componentUpdated(entry), ready()];

  function ready(): NewCondition {
    const blocker = isServed
      ? seen.endpointsReady
        ? addressProblem(facts, url)
        : implementation
      : registered;
    return blocker === undefined
      ? {
          type: 'Ready',
          status: 'True',
          reason: REASONS.available,
          message: `Available at ${url ?? 'its in-cluster address'}.${isPaused ? ' Paused: changes are not sent until the pause ends.' : ''}`,
        }
      : { type: 'Ready', status: 'False', reason: blocker.reason, message: blocker.message };
  }
}

function implementationReady({ endpointsReady, unread, desired }: PresentApi): NewCondition {
  const type = 'ImplementationReady';
  if (desired.kind === 'external')
    return {
      type,
      status: endpointsReady ? 'True' : 'False',
      reason: REASONS.external,
      message: `The implementation is outside the cluster; its author says in status.implementation.ready that it is ${endpointsReady ? '' : 'not '}ready.`,
    };
  if (unread?.endpoints !== undefined)
    return {
      type,
      status: 'Unknown',
      reason: REASONS.endpointsUnknown,
      message: `The EndpointSlices of the implementation's Service could not be read: ${unread.endpoints}. What was said last stays, and they are looked at again; check the operator's right to list EndpointSlices.`,
    };
  return endpointsReady
    ? {
        type,
        status: 'True',
        reason: REASONS.endpointsReady,
        message: 'The implementation has a ready endpoint.',
      }
    : {
        type,
        status: 'False',
        reason: REASONS.noReadyEndpoints,
        message:
          "No EndpointSlice of the implementation's Service has a ready endpoint. Check its pods and the Service's selector; a Service of type ExternalName has no EndpointSlices, so it never counts as ready.",
      };
}

function addressProblem(
  { seen }: StatusFacts,
  url: string | undefined,
): Pick<NewCondition, 'reason' | 'message'> | undefined {
  if (url !== undefined || seen.desired.kind === 'notRouted') return undefined;
  if (seen.desired.kind === 'external')
    return {
      reason: REASONS.external,
      message:
        'The implementation is outside the cluster, and its author has not said in status.apiStatus.url where.',
    };
  if (seen.unread?.address !== undefined)
    return {
      reason: REASONS.gatewayAddressUnknown,
      message: `The gateway's Ingress could not be read: ${seen.unread.address}. It is looked at again; check the operator's right to read Ingresses, or set APIG_PUBLIC_URL.`,
    };
  return {
    reason: REASONS.gatewayAddressUnknown,
    message:
      "The gateway's Ingress has no address yet; the URL is published as soon as it has. Check the Ingress, or set APIG_PUBLIC_URL.",
  };
}

function componentUpdated(entry: EntryOutcome): NewCondition {
  if (typeof entry === 'string') return COMPONENT_CONDITIONS[entry];
  if ('unknown' in entry)
    return {
      type: 'ComponentUpdated',
      status: 'Unknown',
      reason: REASONS.entryUnknown,
      message: `The Component could not be read: ${entry.unknown}. Its entry stays as it is, and is looked at again; everything else goes on. Check that the cluster serves Components, and the operator's right to read them.`,
    };
  return {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.entryRefused,
    message: `The entry in the Component could not be written: ${entry.refused}. It is tried on by itself; check the operator's right to patch Components, and the admission webhooks.`,
  };
}

const COMPONENT_CONDITIONS: Record<Extract<EntryOutcome, string>, NewCondition> = {
  written: {
    type: 'ComponentUpdated',
    status: 'True',
    reason: REASONS.entryWritten,
    message: "The Component's entry is up to date.",
  },
  notListed: {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.entryMissing,
    message: 'The Component does not list this API yet; its entry is written as soon as it does.',
  },
  noComponent: {
    type: 'ComponentUpdated',
    status: 'True',
    reason: REASONS.noComponent,
    message: 'No Component owns this API.',
  },
  waitingForUrl: {
    type: 'ComponentUpdated',
    status: 'False',
    reason: REASONS.waitingForUrl,
    message: 'There is no URL to tell the Component yet.',
  },
};
